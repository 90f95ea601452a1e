"""The frames of Chinese: what all measures of a store have. Data only; see `frames/__init__.py`."""

from pipelines.insights.claims.frames.shapes import Frames, with_since

UP_DOWN = (("up", "高出", "增长"), ("down", "低了", "下降"))


def of_day(name: str, noun: str) -> Frames:
    """A measure of the day."""
    frames: dict[str, tuple[str, ...]] = {}
    for direction, side, verb in UP_DOWN:
        frames[f"{name}_day.vs.{direction}"] = (
            f"{{value.when}}{noun}为{{value}}，比{{change.against}}{side}{{change.size}}。",
            f"{noun}在{{value.when}}为{{value}}，较{{change.against}}{verb}{{change.size}}。",
            f"与{{change.against}}相比，{{value.when}}{noun}{verb}{{change.size}}，为{{value}}。",
        )
        frames[f"{name}_day.since.{direction}"] = (
            f"与{{since.against}}相比{verb}{{since.size}}。",
            f"较{{since.against}}{verb}{{since.size}}。",
        )
    frames[f"{name}_day.vs.flat"] = (
        f"{{value.when}}{noun}为{{value}}，与{{change.against}}相当。",
        f"{noun}在{{value.when}}为{{value}}，接近{{change.against}}。",
    )
    frames[f"{name}_day.since.flat"] = ("与{since.against}相当。", "接近{since.against}。")
    frames[f"{name}_day.value"] = (f"{{value.when}}{noun}为{{value}}。", f"{noun}在{{value.when}}为{{value}}。")
    frames[f"{name}_day.usual"] = ("常态为{usual}。", "同一星期几的常态是{usual}。")
    frames[f"{name}_day.title.above"] = (f"{noun}异常偏高",)
    frames[f"{name}_day.title.below"] = (f"{noun}异常偏低",)
    frames[f"{name}_day.title.inside"] = (f"{noun}在常态范围内",)
    frames[f"{name}_day.above"] = ("当日异常：同一星期几的常态范围止于{high}。", "同一星期几通常不超过{high}。")
    frames[f"{name}_day.below"] = ("当日异常：同一星期几的常态范围始于{low}。", "同一星期几通常不少于{low}。")
    frames[f"{name}_day.inside"] = (
        "当日在同一星期几的常态范围内：{low}至{high}。",
        "同一星期几的常态范围是{low}至{high}，当日在内。",
    )
    frames[f"{name}_day.week_ago"] = ("上周同日为{week_ago}。", "而上周同日为{week_ago}。")
    return with_since(name, frames)


def of_week(name: str, noun: str) -> Frames:
    frames: dict[str, tuple[str, ...]] = {}
    for direction, side, verb in UP_DOWN:
        frames[f"{name}_week.vs.{direction}"] = (
            f"{{value.when}}{noun}较{{change.against}}{verb}{{change.size}}，为{{value}}。",
            f"{noun}在{{value.when}}为{{value}}，比{{change.against}}{side}{{change.size}}。",
            f"与{{change.against}}相比，{{value.when}}{noun}{verb}{{change.size}}，为{{value}}。",
        )
    frames[f"{name}_week.vs.flat"] = (
        f"{{value.when}}{noun}为{{value}}，与{{change.against}}大致相当。",
        f"{noun}在{{value.when}}为{{value}}，接近{{change.against}}。",
    )
    frames[f"{name}_week.value"] = (f"{{value.when}}{noun}为{{value}}。", f"{noun}在{{value.when}}为{{value}}。")
    frames[f"{name}_week.before"] = ("此前（{before.when}）为{before}。", "{before.when}为{before}。")
    return frames
