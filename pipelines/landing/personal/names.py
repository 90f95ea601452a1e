"""Recognises headers and JSON keys whose names sound like personal data. Pure functions over words.

The words are those of the languages of Amazon's marketplaces: English, German, French, Italian, Spanish, Portuguese,
Dutch, Polish, Swedish, Turkish, Japanese, Chinese and Arabic. They are matched without case, accents, blanks, hyphens
and camel case. Only columns that no feed and no tenant has decided on are judged by their names; `columns.py` says
which these are. Amazon's own names are from the attribute lists of the order, returns and invoicing reports (SP-API,
"Report type values") and from BuyerInfo, Address and TaxClassification of the Orders API.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})
_NO_WORD = re.compile(r"[\W_]+")


@functools.lru_cache(maxsize=10_000)
def words(name: str) -> str:
    """A name in the form in which names are compared: words in lower case, without accents, with single spaces.

    >>> words("buyerEmail"), words("Käufer-Name"), words("SHIP_TO  (Name)"), words("購入者名")
    ('buyer email', 'kaufer name', 'ship to name', '購入者名')
    """
    text = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name))
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    text = "".join(each for each in text if unicodedata.category(each) != "Mn" or each > "\u3000")
    return _NO_WORD.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _any(*patterns: str) -> str:
    return "(?:" + "|".join(patterns) + ")"


# Words for a person. They need not end at a word's end, because names join words (Käufername, buyername).
_PERSON = _any(
    r"\bbuyer", r"purchaser", r"recipient", r"\breceiver", r"consignee", r"addressee", r"customer(?!s\b)",
    r"\bcontact", r"licensee", r"citizen", r"reviewer", r"\bauthor(?!i[sz])", r"\buser\b", r"\buser(?=name|id)",
    r"\bguest", r"\bpatient", r"cardholder", r"account holder", r"\bsender", r"\bperson\b", r"\bpayer", r"signatory",
    r"ka?e?ufer(?!n\b)", r"besteller\b", r"bestellername", r"empfa?e?nger", r"kunden?(?!en)", r"ansprechpartner",
    r"\bkontakt", r"lizenznehmer", r"inhaber", r"absender", r"rezensent", r"verfasser", r"\bautor", r"burger\b",
    r"acheteur", r"destinataire", r"\bclient", r"titulaire", r"expediteur", r"\bauteur",
    r"acquirente", r"destinatari", r"\bcontatt", r"titolare", r"\bautore", r"mittente",
    r"comprador", r"\bcontacto", r"\btitular\b", r"\bcontato", r"remitente", r"remetente",
    r"\bkoper", r"ontvanger", r"\bklant", r"\bafzender",
    r"kupujac", r"nabywc", r"odbiorc", r"\bkund\b", r"\bkundens?\b", r"nadawc",
    r"\bkopare", r"mottagar", r"\balici", r"musteri", r"gonderen",
)  # fmt: skip
_NAME = _any(
    r"names?\b", r"name \d", r"name part", r"\bnoms?\b", r"\bnome", r"nombre", r"namn", r"naam", r"\bimi[ea]\b",
    r"nazw", r"\badi\b", r"\bisim", r"ismi\b", r"nominativ",
)  # fmt: skip
# Words that are personal only together with a word for a person.
_OF_PERSON = _any(
    _NAME, r"\bcity", r"\bzip", r"\bcounty", r"\bdistrict", r"\bcompany", r"\bfirma", r"\bvat\b", r"\bcst\b",
    r"\bgst\b", r"\btax\b", r"\bcomments?\b", r"\bmessages?\b", r"\bnotes?\b", r"\bremarks?\b", r"\binfo\b",
    r"\binformation\b", r"\bdetails?\b", r"\bdata\b", r"\bidentit", r"\bidentifier", r"\bprofile", r"\bavatar",
    r"\bimage", r"\bpicture", r"\bphoto", r"\burl\b", r"\blink\b", r"\blocation", r"\bort\b", r"plz\b", r"\bville\b",
    r"kommentar", r"commentaire", r"coment", r"comment[oi]\b", r"opmerking", r"komentarz", r"yorum", r"nachricht",
    r"\bcitta\b", r"ciudad", r"cidade", r"\bstad\b", r"\bmiasto", r"\bsehir",
)  # fmt: skip
_TAX = _any(
    r"vat", r"gst", r"cst", r"tax", r"tva", r"iva", r"btw", r"nip", r"kdv", r"moms", r"ust", r"steuer",
    r"umsatzsteuer", r"mehrwertsteuer", r"vergi", r"fiscale?s?", r"imposto", r"impuesto",
)  # fmt: skip
_NUMBER = _any(
    r"ids?", r"nos?", r"nr", r"num", r"numbers?", r"nummer", r"numero", r"numer", r"numarasi", r"registration", r"reg",
    r"identification", r"identifier", r"office", r"dairesi", r"kimlik",
)  # fmt: skip
_NUMBER_OF = _any(r"numero", r"numer", r"nummer", r"no", r"id", r"identification", r"identificador", r"numero d e?")
_TO = _any(
    r"ship", r"shipping", r"shipto", r"bill", r"billing", r"billto", r"deliver", r"delivery", r"invoice", r"invoicing",
    r"order",
)  # fmt: skip

_PERSONAL = {
    "names": _any(
        rf"{_PERSON}.*{_NAME}", rf"{_NAME}.*{_PERSON}",
        r"\b(?:first|last|middle|given|family|maiden|full|sur|nick|screen|display|legal|real) ?name", r"\bsurname",
        r"vorname", r"nachname", r"familienname", r"\bprenom", r"\bcognome", r"apellido", r"sobrenome", r"voornaam",
        r"achternaam", r"nazwisko", r"fornamn", r"efternamn", r"soyad", r"\bad soyad", r"\bfio\b", r"\bissued to\b",
        r"\b(?:asked|answered|written|posted|submitted|signed|received|ordered|purchased) by\b",
        r"username", r"\buser name", r"\bunterschrieben von\b",
    ),
    "people": rf"{_PERSON}.*{_OF_PERSON}",
    "people by number": rf"{_PERSON} ?(?:ids?|numbers?|no|nr|nummer|numero)\b",
    # Words joined to one, such as BUYERVATNUMBER.
    "in one word": (
        r"\b(?:buyer|recipient|purchaser|customer|consignee|licensee|citizen)(?:company|first|last|full|legal)?"
        r"(?:name|phone|e?mail|vat|cst|gst|tax|address|city|zip|postal|id\b|number|comment|message|note)"
    ),
    "a person alone": (
        r"^(?:the )?(?:buyer|purchaser|recipient|receiver|consignee|addressee|customer|contact|contacts|licensee|"
        r"citizen|reviewer|author|user|guest|payer|kaufer|kaeufer|kunde|empfanger|empfaenger|besteller|ansprechpartner|"
        r"kontakt|verfasser|autor|acheteur|destinataire|client|auteur|acquirente|destinatario|cliente|autore|comprador|"
        r"contacto|koper|ontvanger|klant|kupujacy|nabywca|odbiorca|klient|kopare|mottagare|kund|alici|musteri)$"
    ),
    "mail": _any(
        r"e ?mail", r"\bmail\b", r"mailadres", r"courriel", r"\bcorreo", r"\be ?posta\b", r"\be ?post\b",
        r"epostadress", r"\bposta elettronica\b",
    ),
    "telephones": _any(
        r"(?<!head)(?<!micro)(?<!ear)(?<!smart)phone(?!\w)", r"phone ?(?:number|no|nr)", r"telefoo?n", r"telephon",
        r"\btel\b", r"\bfax\b", r"handynummer", r"mobilnummer", r"mobiltelefon", r"\bmobile (?:number|no|nr)\b",
        r"\bcellulare", r"\bcelular", r"\bwhatsapp",
    ),
    "addresses": _any(
        r"address(?!able|ing|ed\b| type\b)", r"\baddr\b", r"anschrift", r"\badress?", r"adresse?[ns]?\b", r"adressi?\b",
        r"adres[iu]?\b", r"indirizz", r"direccion", r"enderec", r"\bstreet", r"strasse", r"hausnummer",
        r"house ?number",
        r"\brue\b", r"\bcalle\b", r"logradouro", r"\bulica\b", r"\bsokak\b", r"\bmahalle", r"\bdomicil",
        r"\bstraat", r"gatuadress", r"\bwohnort",
    ),
    "places": _any(
        rf"\b{_TO} ?(?:to |from )?(?:name|city|postal|zip|post ?code|county|phone|contact|company|town|district)",
        r"\bship ?from ?(?:name|city|postal|zip|post ?code|county|town|field)", r"\bship ?to ?name", r"\bbill state\b",
        r"\bpost(?:al)? ?code", r"\bzip ?code", r"postleitzahl", r"\bplz\b", r"code postal", r"codigo postal",
        r"codice (?:di avviamento )?postale", r"kod pocztowy", r"postnummer", r"posta kodu", r"\border postal\b",
        r"ort der bestellung", r"lieferort", r"ville d", r"citta d", r"ciudad d", r"miasto", r"\bwoonplaats",
        r"\bcep\b", r"\bpincode\b",
    ),
    "tax numbers": _any(
        rf"\b{_TAX} ?(?:(?:payer|registration|identification|office|reg) ?)*{_NUMBER}\b",
        rf"\b{_NUMBER_OF} (?:(?:de|di|d|do|da|del|della|of|van|voor) )*(?:la )?{_TAX}\b", r"steuernummer",
        r"steuer ?id",
        r"\bu ?st ?id", r"umsatzsteuer ?id", r"\bgstin\b", r"\bcpf\b", r"\bcnpj\b", r"\bnif\b", r"\bcif\b", r"\brfc\b",
        r"\bcurp\b", r"\bnip\b", r"\bpesel\b", r"\bregon\b", r"\bdni\b", r"\bnie\b", r"\btckn\b", r"\bvkn\b",
        r"\bpan\b",
        r"\btrn\b", r"\bsiret\b", r"\bsiren\b", r"\bssn\b", r"\bbsn\b", r"\bean number of buyer\b", r"codice fiscale",
        r"partita iva", r"codice destinatario", r"\bpec\b", r"btwnummer", r"taxid\b", r"vatid\b",
        r"vergi (?:no|dairesi)",
        r"organisationsnummer", r"personnummer",
    ),
    "papers": _any(
        r"passport", r"reisepass", r"passeport", r"pasaporte", r"passaporto?e?\b", r"paspoort", r"paszport",
        r"pasaport",
        r"\bpass nummer", r"national id", r"nationality", r"\bidentity\b", r"\bid ?card", r"ausweis", r"aadhaar",
        r"carte d identite", r"carta d identita", r"documento de identidad?e?", r"kimlik", r"dowod osobisty",
        r"social security", r"driver s? ?licen[sc]e", r"driving licen[sc]e", r"fuhrerschein",
        r"licen[sc]e (?:number|no|nr|id)\b", r"licensee", r"\bcitizen", r"lizenznummer", r"numero de licence",
        r"numero de licencia",
    ),
    "companies": _any(
        r"\b(?:company|business|legal|legal entity|organi[sz]ation|firm) (?:legal )?name", r"^company$", r"companyname",
        r"firmenname", r"\bfirma\b", r"raison sociale", r"ragione sociale", r"razon social", r"razao social",
        r"nazwa firmy", r"foretagsnamn", r"bedrijfsnaam", r"sirket", r"\bunvan",
        r"nom d(?:e l)? ?(?:entreprise|societe)",
        r"nombre de (?:la )?empresa", r"nome d(?:ell)? ?azienda", r"nome da empresa", r"\binvoice business\b",
    ),
    "dates of birth": _any(
        r"\bbirth", r"\bdate ?of ?birth", r"\bdob\b", r"geburts", r"naissance", r"nascita", r"nacimiento",
        r"nascimento",
        r"geboorte", r"urodzeni", r"fodelse", r"dogum",
    ),
    "what was written": _any(
        r"gift ?(?:message|note|text|card (?:message|text)|from|sender)", r"geschenk(?:nachricht|botschaft|text)",
        r"gruss(?:botschaft|text|nachricht)", r"message cadeau", r"(?:mensaje|nota) (?:de|para) regalo",
        r"messaggio (?:\w+ )?regalo", r"cadeaubericht", r"cadeauboodschap", r"wiadomosc", r"gavomeddelande",
        r"halsning", r"hediye (?:mesaj|not)", r"mensagem (?:de|para) presente",
        r"(?:delivery|shipping|ship|drop ?off) ?(?:instruction|note|preference|remark|comment)",
        r"(?:liefer|zustell)(?:ungs)?(?:hinweis|anweisung|notiz)", r"(?:instructions?|consignes?) de livraison",
        r"instrucciones de (?:entrega|envio)", r"istruzioni (?:di|per la) consegna", r"instrucoes de entrega",
        r"(?:leverings|bezorg)instructies?", r"(?:instrukcj|uwagi)\w* (?:dotyczace )?dostaw", r"leveransinstruktion",
        r"teslimat (?:talimat|not)", r"\bfeedback (?:text|comments?)\b",
        r"(?:order|return) (?:comments?|notes?|remarks?)\b",
        r"\bsecurity ?code\b", r"\baccess ?code\b", r"\bgate ?code\b", r"signature(?! confirmation)", r"unterschrift",
        r"\bfirma del\b", r"podpis", r"underskrift", r"\bimza", r"handtekening", r"assinatura",
    ),
    "made for one person": _any(
        r"customi[sz](?:ed|ation) ?(?:url|page|data|info|details?|text|image|file|zip|link|options?)",
        r"customi[sz]ations?\b", r"personali[sz]ations?\b",
        r"personali[sz]ed ?(?:url|page|data|info|details?|text|image|file|link|message)", r"individualisierung",
        r"personalisierung", r"personnalisation", r"personalizzazione", r"personalizacion", r"personalizacao",
        r"personalisatie", r"personalizacj", r"anpassad (?:url|lank)", r"ozellestirme",
        r"personalisierte? (?:url|text)",
    ),
    "orders of the buyer's own books": _any(
        r"purchase ?order ?(?:number|no|nr|id)\b", r"\bpo ?(?:number|no|nr)\b", r"bestellreferenz",
        r"numero d[ei] bon de commande", r"numero (?:de |d )?(?:ordine|orden|pedido) d[ei] (?:acquisto|compra)",
        r"numer zamowienia zakupu", r"inkoopordernummer", r"inkopsordernummer", r"satin alma siparis",
    ),
    "payment": _any(
        r"payment ?method ?details", r"\biban\b", r"\bbic\b", r"\bswift\b", r"credit ?card", r"card ?(?:number|holder)",
        r"cardholder", r"(?:bank|payment) ?account", r"account ?(?:holder|owner)", r"kontoinhaber", r"karteninhaber",
        r"kontonummer", r"titulaire", r"titular de la", r"\bpayer\b", r"intestatario", r"rekeninghouder",
        r"hesap sahibi",
    ),
    "machines": _any(r"\bip ?addr", r"\bip v?[46]\b", r"\bdevice ?id\b", r"\bcookie ?id\b"),
    "Japanese": _any(
        r"購入者", r"購買者", r"お客様", r"顧客", r"氏名", r"名前", r"受取人", r"宛名", r"宛先", r"届け?先", r"配送先",
        r"送付先", r"請求先",
        r"住所", r"郵便番号", r"電話", r"携帯", r"メール", r"メッセージ", r"コメント", r"生年月日", r"会社名",
        r"法人名", r"パスポート", r"署名",
        r"名義", r"マイナンバー", r"登録番号", r"配[達送]指示", r"ニックネーム", r"レビュー(?:者|投稿者)",
        r"カスタマイズ", r"連絡先",
        r"注文者", r"依頼主",
    ),
    "Chinese": _any(
        r"[买買]家", r"[购購][买買]人", r"客[户戶]", r"[顾顧]客", r"收件", r"收[货貨]", r"姓名", r"名字",
        r"[电電][话話]", r"手[机機]", r"[邮郵]箱",
        r"[邮郵]件", r"[邮郵][编編]", r"[邮郵]政[编編]?[码碼]?", r"地址", r"身份[证證]", r"[护護]照", r"[税稅][号號]",
        r"[纳納][税稅]人", r"公司",
        r"[礼禮]品(?:留言|信息|[讯訊]息)", r"留言", r"出生", r"生日", r"[联聯][系繫絡络]", r"[签簽]名", r"持[卡有]人",
        r"[评評][论論](?:者|人)",
        r"定制(?:信息|[链連]接)?", r"配送(?:说明|說明|备注)",
    ),
    "Arabic": _any(
        r"المشتري", r"العميل", r"المستلم", r"المستفيد", r"اسم(?! المنتج| السلعة| العنصر)", r"هاتف", r"جوال", r"عنوان",
        r"البريد", r"بريد", r"الرمز البريدي", r"الرقم الضريبي", r"جواز", r"الهوية", r"رسالة", r"توقيع",
        r"تاريخ الميلاد",
        r"شركة", r"\bism al", r"\bmushtari", r"\bhatif", r"\bunwan",
    ),
}  # fmt: skip
_LOOKS = re.compile("|".join(f"(?:{each})" for each in _PERSONAL.values()))

# Names with such words that are not personal: the seller's own data, products, counts of people, names of files.
_HARMLESS = re.compile(
    _any(
        r"\b(?:product|item|campaign|ad group|portfolio|brand|category|store|merchant|marketplace|supplier|vendor|file|"
        r"feed|report|shipment|fulfil?lment|warehouse|program|promotion|coupon|deal|carrier|keyword|currency|country|"
        r"state|service|sku|asin|attribute|variation|column|field|metric|event|reason|type|status|department|"
        r"manufacturer|series|collection) ?name",
        r"\bseller\b(?!.*\b(?:mail|phone|address))", r"\bretailer\b", r"\bmerchant (?:sku|shipping|order|rma)",
        r"\bcustomer ?(?:orders?|returns?|shipments?|reviews?(?! ?(?:er|author|name))|ratings?|damaged?|service|"
        r"segments?|lifetime|counts?|type|group)\b",
        r"\b(?:is|has) (?:buyer|customer) ",
        r"\b(?:number|count|share|percent\w*|rate|new|unique|repeat|total) (?:of )?"
        r"(?:buyers?|customers?|users?|clients?)\b", r"\b(?:ratio|rank|share)$", r"\bcontact ?lens",
    )
)  # fmt: skip
# Words that are personal even if the rest of the name is harmless.
_EVEN_SO = re.compile(
    _any(r"buyer", r"recipient", r"e ?mail", r"phone", r"\baddress(?! type)", r"reviewer", r"citizen")
)

# In an object with such a key, a key that is only `name` (`_BARE`) is a person's name.
_SPOKEN = re.compile(r"\b(?:reviews?|comments?|questions?|answers?|feedbacks?|opinions?|rezensionen|avis)\b")
_BARE = re.compile(r"^(?:display ?)?(?:name|id|url|profile|profile ?(?:url|link|name|id|path)|avatar|location)$")


@functools.lru_cache(maxsize=10_000)
def looks_personal(name: str, parent: str = "") -> bool:
    """Whether a header or JSON key sounds like personal data. parent: the key of the object that holds it.

    >>> looks_personal("buyer-vat-number"), looks_personal("EmpfängerName"), looks_personal("ギフトメッセージ")
    (True, True, True)
    >>> looks_personal("product-name"), looks_personal("item-tax"), looks_personal("fulfillment-center-id")
    (False, False, False)
    >>> looks_personal("name"), looks_personal("name", parent="reviews")
    (False, True)
    """
    text = words(name)
    if "@" in name:  # The name is itself a mail address.
        return True
    if not text or text.isdigit():
        return False
    if parent and _BARE.search(text) and _SPOKEN.search(words(parent)):
        return True
    if not _LOOKS.search(text):
        return False
    return not _HARMLESS.search(text) or bool(_EVEN_SO.search(_HARMLESS.sub(" ", text)))
