"""Stores documents by the sha256 of their plain bytes, in a folder or any store that fsspec knows.

The archive writes what its caller gives: personal columns are removed before, by the `formats/redact_*.py` modules.
Documents are compressed with zstd (`zstd -dc FILE` shows one) and never overwritten, so equal bytes are one file. Small
files with names of their own lie beside them; `manifests.py` writes and reads these.
"""

from __future__ import annotations

import hashlib
import io
import os
import queue
import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

import fsspec
import zstandard

from pipelines.errors import ConfigError

_INCOMING = "incoming"
_INLINE = 1 << 18  # a document smaller than this is not worth a thread


@dataclass(frozen=True, slots=True)
class Archived:
    """A document in the archive.

    sha256: the hash of its plain bytes, in hex. path: relative to the archive's root. size: number of plain bytes.
    """

    sha256: str
    path: str
    size: int


class Archive:
    """Documents below a folder or a URL of fsspec, such as `s3://bucket/prefix`, which needs that store's package.

    Raises ConfigError if the URL cannot be used.
    """

    def __init__(self, url: str) -> None:
        try:
            self._fs, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise ConfigError(f"The archive {url} cannot be used: {error}. Correct TRADEWIND_ARCHIVE_URL.") from None
        self._local = Path(self._root) if "file" in _protocols(self._fs) else None

    def writer(self) -> ArchiveWriter:
        """A writer for one document, block by block. The document is in the archive only after `finish`."""
        return ArchiveWriter(self)

    def put(self, blocks: Iterable[bytes]) -> Archived:
        """Write a whole document."""
        with self.writer() as writer:
            for block in blocks:
                writer.write(block)
            return writer.finish()

    def open(self, path: str) -> BinaryIO:
        """A stream of a document's plain bytes. Raises FileNotFoundError."""
        raw = self._fs.open(f"{self._root}/{path}", "rb")
        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw, closefd=True), 1 << 17)

    def write(self, path: str, content: bytes) -> None:
        """Write a small file with a name of its own, replacing an existing one. A crash never leaves a part of it."""
        if self._local is None:
            self._fs.makedirs(f"{self._root}/{path}".rpartition("/")[0], exist_ok=True)
            self._fs.pipe_file(f"{self._root}/{path}", content)
            return
        handle, name = tempfile.mkstemp(prefix="file-", dir=self.temporary_folder())
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            target = self._local / path
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(name).replace(target)
            _sync_folder(target.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def find(self) -> list[str]:
        """The paths of all files, sorted, without those that are still being written."""
        root = f"{self._root.rstrip('/')}/"
        paths = (path.removeprefix(root) for path in self._fs.find(self._root))
        return sorted(path for path in paths if not path.startswith(_INCOMING))

    def read(self, paths: Sequence[str]) -> dict[str, bytes]:
        """The content of small files, by path. Raises FileNotFoundError."""
        found = self._fs.cat([f"{self._root}/{path}" for path in paths])
        contents = list(found.values()) if isinstance(found, dict) else [found]
        return dict(zip(paths, contents, strict=True))

    def remove(self, paths: Iterable[str]) -> None:
        """Delete files. Files that do not exist are skipped."""
        for path in paths:
            try:
                self._fs.rm_file(f"{self._root}/{path}")
            except FileNotFoundError:
                continue

    def temporary_folder(self) -> Path:
        """The folder in which a document is written until its hash, and so its name, is known."""
        if self._local is None:
            return Path(tempfile.gettempdir())
        folder = self._local / _INCOMING
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def adopt(self, temporary: Path, sha256: str) -> str:
        """Move a finished temporary file to its name and return its path. If the file exists already, it stays."""
        path = f"{sha256[:2]}/{sha256}.zst"
        if self._local is not None:
            target = self._local / path
            if target.exists():
                temporary.unlink()
                return path
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
            _sync_folder(target.parent)
            return path
        if not self._fs.exists(f"{self._root}/{path}"):
            self._fs.makedirs(f"{self._root}/{sha256[:2]}", exist_ok=True)
            self._fs.put_file(str(temporary), f"{self._root}/{path}")
        temporary.unlink()
        return path


class ArchiveWriter:
    """Writes one document. It is a context manager; if it is left without `finish`, the document is discarded.

    For large documents, hashing and compressing run in a thread of their own.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._small: list[bytes] = []
        self._size = 0
        self._hash = hashlib.sha256()
        self._compress = zstandard.ZstdCompressor(level=1, write_checksum=True).compressobj()
        self._temporary: Path | None = None
        self._waiting: queue.Queue[bytes | None] = queue.Queue(4)
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def write(self, block: bytes) -> None:
        """Add plain bytes."""
        self._size += len(block)
        if self._thread is None:
            self._small.append(block)
            if self._size > _INLINE:
                self._start()
        else:
            if self._error is not None:
                raise self._error
            self._waiting.put(block)

    def finish(self) -> Archived:
        """End the document and move it to its name. To be called once."""
        if self._thread is None:
            with self._file() as file:
                for block in self._small:
                    self._take(block, file)
                self._close(file)
        else:
            self._stop()
            if self._error is not None:
                raise self._error
        assert self._temporary is not None
        sha256 = self._hash.hexdigest()
        path = self._archive.adopt(self._temporary, sha256)
        self._temporary = None
        return Archived(sha256, path, self._size)

    def _file(self) -> BinaryIO:
        handle, name = tempfile.mkstemp(prefix="document-", dir=self._archive.temporary_folder())
        self._temporary = Path(name)
        return os.fdopen(handle, "wb")

    def _take(self, block: bytes, file: BinaryIO) -> None:
        self._hash.update(block)
        file.write(self._compress.compress(block))

    def _close(self, file: BinaryIO) -> None:
        file.write(self._compress.flush())
        file.flush()
        os.fsync(file.fileno())

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, args=(self._file(), self._small), daemon=True, name="archive")
        self._small = []
        self._thread.start()

    def _run(self, file: BinaryIO, beginning: list[bytes]) -> None:
        try:
            with file:
                for block in beginning:
                    self._take(block, file)
                while (following := self._waiting.get()) is not None:
                    self._take(following, file)
                self._close(file)
        except BaseException as error:
            self._error = error
            while self._waiting.get() is not None:  # emptied, so that `write` does not wait for room in the queue
                pass

    def _stop(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()


def _protocols(fs: fsspec.AbstractFileSystem) -> tuple[str, ...]:
    return (fs.protocol,) if isinstance(fs.protocol, str) else tuple(fs.protocol)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
