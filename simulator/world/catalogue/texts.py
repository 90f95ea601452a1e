"""The words of the catalogue: what is sold, in English, German, French and Japanese; brands, colours, search words.

English fits Cp1252, German and French fit ISO-8859-1, Japanese fits Windows-31J and holds characters that only that
code page has (①, ㈱, ～), as real listings do. Data only.
"""

from __future__ import annotations


def _item(code: str, price: str, volume: str, en: str, de: str, fr: str, ja: str) -> dict[str, str]:
    return {"code": code, "price": price, "volume": volume, "en": en, "de": de, "fr": fr, "ja": ja}


ITEMS = (
    _item(
        "PAN",
        "29.99",
        "0.32",
        "Non-Stick Frying Pan 28 cm",
        "Bratpfanne beschichtet 28 cm",
        "Poêle antiadhésive 28 cm",
        "フライパン 28cm",
    ),
    _item("KNF", "39.99", "0.05", "Chef's Knife 8\"", "Küchenmesser 20 cm", "Couteau de chef 20 cm", "三徳包丁 20cm"),
    _item(
        "MUG",
        "14.99",
        "0.04",
        "Stainless Travel Mug 350 ml",
        "Thermobecher 350 ml",
        "Tasse isotherme 350 ml",
        "保温マグカップ 350ml",
    ),
    _item(
        "BOX",
        "24.99",
        "0.21",
        "Gift Box Set of 3",
        "Geschenkbox 3er-Set",
        "Coffret cadeau lot de 3",
        "ギフトボックス ①②③セット",
    ),
    _item(
        "TNT",
        "119.99",
        "1.90",
        "Camping Tent 2 Person",
        "Zelt für 2 Personen",
        "Tente de camping 2 personnes",
        "テント 2～3人用",
    ),
    _item(
        "LNT",
        "22.99",
        "0.08",
        "LED Camping Lantern",
        "LED-Campinglaterne",
        "Lanterne de camping à LED",
        "LEDランタン 防水",
    ),
    _item(
        "BTL",
        "19.99",
        "0.06",
        "Insulated Water Bottle 1 l",
        "Isolierflasche 1 l",
        "Gourde isotherme 1 l",
        "真空断熱ボトル 1L",
    ),
    _item(
        "CUT",
        "27.99",
        "0.11",
        "Bamboo Cutting Board",
        "Schneidebrett aus Bambus",
        "Planche à découper en bambou",
        "竹製まな板",
    ),
    _item(
        "GRL",
        "89.99",
        "1.10",
        "Portable Charcoal Grill",
        "Holzkohlegrill für unterwegs",
        "Barbecue à charbon portable",
        "携帯炭火グリル",
    ),
    _item(
        "CHR",
        "49.99",
        "0.70",
        "Folding Camping Chair",
        "Klappstuhl für Camping",
        "Chaise pliante de camping",
        "折りたたみチェア",
    ),
    _item(
        "POT", "54.99", "0.60", "Enamel Stock Pot 5 l", "Emaille-Kochtopf 5 l", "Marmite émaillée 5 l", "ホーロー鍋 5L"
    ),
    _item(
        "TEA", "34.99", "0.10", "Cast Iron Teapot", "Gusseiserne Teekanne", "Théière en fonte", "鉄瓶 ～南部鉄器風～"
    ),
    _item(
        "APR",
        "17.99",
        "0.03",
        "Cotton Apron with Pockets",
        "Schürze mit Taschen, Baumwolle",
        "Tablier en coton à poches",
        "綿エプロン ポケット付き",
    ),
    _item(
        "SCL",
        "21.99",
        "0.05",
        "Digital Kitchen Scale 5 kg",
        "Digitale Küchenwaage 5 kg",
        "Balance de cuisine 5 kg",
        "デジタルキッチンスケール 5kg",
    ),
    _item(
        "BAG",
        "44.99",
        "0.40",
        "Hiking Backpack 30 l",
        "Wanderrucksack 30 l",
        "Sac à dos de randonnée 30 l",
        "登山リュック 30L",
    ),
    _item(
        "MAT",
        "32.99",
        "0.28",
        "Self-Inflating Sleeping Mat",
        "Selbstaufblasende Isomatte",
        "Matelas autogonflant",
        "自動膨張マット",
    ),
    _item(
        "JAR",
        "25.99",
        "0.35",
        "Glass Storage Jars, Set of 6",
        "Vorratsgläser, 6er-Set",
        "Bocaux en verre, lot de 6",
        "ガラス保存容器 6個セット",
    ),
    _item(
        "WOK",
        "42.99",
        "0.44",
        "Carbon Steel Wok 32 cm",
        "Wok aus Karbonstahl 32 cm",
        "Wok en acier 32 cm",
        "鉄製中華鍋 32cm",
    ),
    _item(
        "HMK",
        "59.99",
        "0.22",
        "Hammock with Straps",
        "Hängematte mit Gurten",
        "Hamac avec sangles",
        "ハンモック ロープ付き",
    ),
    _item(
        "SPT",
        "12.99",
        "0.02",
        "Silicone Spatula Set, 4 pcs",
        "Silikon-Teigschaber, 4 Stück",
        "Spatules en silicone, 4 pièces",
        "シリコンヘラ 4点セット",
    ),
    _item(
        "CFE",
        "37.99",
        "0.15",
        "Pour-Over Café Dripper",
        "Kaffeefilter-Set für Genießer",
        "Cafetière filtre en verre",
        "コーヒードリッパー ㈱山田製作所",
    ),
    _item(
        "THM",
        "18.99",
        "0.02",
        "Meat Thermometer",
        "Fleischthermometer",
        "Thermomètre à viande",
        "料理用温度計 －20～200℃",
    ),
    _item(
        "CLR",
        "64.99",
        "0.85",
        "Soft Cooler 24 Cans",
        "Kühltasche für 24 Dosen",
        "Glacière souple 24 canettes",
        "保冷バッグ 24缶",
    ),
    _item("STV", "46.99", "0.12", "Gas Camping Stove", "Gaskocher für Camping", "Réchaud à gaz", "シングルバーナー"),
    _item(
        "TRY",
        "16.99",
        "0.09",
        "Baking Tray, Set of 2",
        "Backblech, 2er-Set",
        "Plaque de cuisson, lot de 2",
        "ベーキングトレー 2枚組",
    ),
    _item(
        "ROD",
        "79.99",
        "0.50",
        "Telescopic Fishing Rod",
        "Teleskop-Angelrute",
        "Canne à pêche télescopique",
        "テレスコピック釣竿",
    ),
    _item(
        "UMB",
        "28.99",
        "0.07",
        "Windproof Umbrella",
        "Sturmfester Regenschirm",
        "Parapluie résistant au vent",
        "耐風折りたたみ傘",
    ),
    _item(
        "GLV",
        "13.99",
        "0.02",
        "Heat-Resistant Gloves",
        "Hitzebeständige Handschuhe",
        "Gants résistants à la chaleur",
        "耐熱グローブ ②双",
    ),
)
BRANDS = ("Harborline", "Norvik", "Kestrel & Co", "Lumière", "Alder", "Yamabiko", "Tarn")
JAPANESE_BRANDS = {"Lumière": "ルミエール", "Yamabiko": "やまびこ"}


def _colour(code: str, en: str, de: str, fr: str, ja: str) -> dict[str, str]:
    return {"code": code, "en": en, "de": de, "fr": fr, "ja": ja}


COLOURS = (
    _colour("BLK", "Black", "Schwarz", "Noir", "ブラック"),
    _colour("BLU", "Blue", "Blau", "Bleu", "ブルー"),
    _colour("GRN", "Sage Green", "Salbeigrün", "Vert sauge", "セージグリーン"),
    _colour("RED", "Red", "Rot", "Rouge", "レッド"),
    _colour("WHT", "White", "Weiß", "Blanc", "ホワイト"),
)
TITLE_EXTRAS = {
    "en": ("", " – PRO™", " (BPA-Free)", "", " w/ 5-Year Warranty", ' "Classic"'),
    "de": ("", ", Größe L", " für Spülmaschine geeignet", "", " inkl. Zubehör", ' "Klassik"'),
    "fr": ("", " (sans BPA)", " - modèle renforcé", "", " avec étui", ' "Classique"'),
    "ja": ("", "【正規品】", " ①年保証", "", " ～ギフト対応～", " ㈱さくら商事"),
}
SEARCH_WORDS = {
    "en": ("best {x}", "{x}", "{x} sale", "cheap {x}", '{x} 8" steel', "{x}, black", "gift {x}", "{x} for camping"),
    "de": (
        "{x}",
        "{x} günstig",
        "{x} test",
        "gute {x}",
        "{x}, schwarz",
        "{x} für draußen",
        "geschenk {x}",
        "{x} größe l",
    ),
    "fr": ("{x}", "{x} pas cher", "{x} promo", "meilleur {x}", "{x}, noir", "{x} été", "cadeau {x}", "{x} pro"),
    "ja": ("{x}", "{x} おすすめ", "{x}　激安", "{x} 人気", "{x} ①", "{x} ギフト", "{x} 日本製", "{x} ～セット"),
}
# place names and postal codes of the people who order: filled so that dropping them can be tested
PLACES = {
    "US": (
        ("SEATTLE", "WA", "98101-1234"),
        ("Austin", "TX", "78701"),
        ("New York", "NY", "10001"),
        ("Coeur d'Alene", "ID", "83814"),
        ("Boston", "MA", "02108"),
    ),
    "DE": (
        ("München", "Bayern", "80331"),
        ("Köln", "NRW", "50667"),
        ("Berlin", "", "10115"),
        ("Düsseldorf", "NRW", "40213"),
        ("Dresden", "Sachsen", "01067"),
    ),
    "FR": (
        ("Paris", "", "75001"),
        ("Lyon", "Rhône", "69001"),
        ("Orléans", "Loiret", "45000"),
        ("Besançon", "Doubs", "25000"),
    ),
    "IT": (("Milano", "MI", "20121"), ("Roma", "RM", "00184"), ("Forlì", "FC", "47121")),
    "ES": (("Madrid", "Madrid", "28001"), ("Cádiz", "Cádiz", "11001"), ("A Coruña", "Galicia", "15001")),
    "JP": (
        ("千代田区", "東京都", "100-0001"),
        ("大阪市北区", "大阪府", "530-0001"),
        ("札幌市", "北海道", "060-0001"),
        ("髙松市", "香川県", "760-0001"),
    ),
    "IN": (("MUMBAI", "MAHARASHTRA", "400001"), ("BENGALURU", "KARNATAKA", "560001")),
}
