"""Names of columns and keys: which of them are personal, in all languages and spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.landing.personal.names import looks_personal, words

PERSONAL = """
buyer-name; buyer-email; buyer-phone-number; Buyer Company Name; buyer-cst-number; buyer-vat-number; buyer-citizen-id
buyer-tax-registration-id; recipient-name; ship-address-1; ship-phone-number; bill-address-2; bill-city; ship-to-name
customized-url; customized-page; customization-info; gift-message-text; gift message; invoice-business-legal-name
invoice-business-address; invoice-business-tax-id; licensee-name; license-number; default-ship-from-address-name
actual-ship-from-address-field-1; purchase-order-number; delivery-instructions; signature; date-of-birth
passport-number; cpf; tax id; GSTIN; vat-number; customer-comments; contact name; cardholder name
payment-method-details
order postal; order city; first name; surname; e-mail; E Mail Address; telephone; street; house number; IP address
ShippingAddress; buyerInfo; reviewerName; userName; username; author; writtenBy; profile of reviewer url; buyer
Käufername; Name des Käufers; Käufer-E-Mail; Empfängername; Lieferadresse; Rechnungsanschrift; Straße; Hausnummer
Steuernummer; USt-IdNr.; Umsatzsteuer-ID; Firmenname; Geschenknachricht; Lieferhinweis; Geburtsdatum; Ansprechpartner
Telefonnummer; Postleitzahl; Reisepassnummer; Unterschrift; Kundenkommentar; Vorname; Nachname; Kontoinhaber
nom de l'acheteur; adresse de livraison; courriel; téléphone; numéro de TVA; raison sociale; message cadeau; prénom
date de naissance; instructions de livraison; code postal; nom du destinataire
nome dell'acquirente; indirizzo di spedizione; codice fiscale; partita IVA; ragione sociale; messaggio regalo; cognome
istruzioni di consegna; data di nascita; nome destinatario
nombre del comprador; dirección de envío; correo electrónico; teléfono; NIF; DNI; razón social; mensaje de regalo
apellidos; fecha de nacimiento; instrucciones de entrega; nombre del destinatario
naam koper; bezorgadres; telefoonnummer; btw-nummer; bedrijfsnaam; cadeaubericht; voornaam; geboortedatum
imię i nazwisko; adres dostawy; numer telefonu; NIP; nazwa firmy; kupujący e-mail; data urodzenia; nazwa odbiorcy
köparens namn; leveransadress; e-postadress; telefonnummer; organisationsnummer; mottagarens namn; personnummer
alıcı adı; teslimat adresi; e-posta; telefon numarası; vergi numarası; T.C. kimlik no; müşteri adı; soyadı
nome do comprador; endereço de entrega; CNPJ; razão social; mensagem de presente; nome do destinatário
購入者名; お届け先住所; 電話番号; メールアドレス; ギフトメッセージ; 氏名; 郵便番号; 生年月日; 会社名; 購入者のコメント
买家姓名; 收件人地址; 手机号码; 邮箱; 税号; 身份证号; 礼品留言; 公司名称; 客户备注; 买家留言
اسم المشتري; عنوان الشحن; رقم الهاتف; البريد الإلكتروني; الرقم الضريبي
"""
NOT_PERSONAL = """
product-name; item-name; campaignName; adGroupName; portfolioName; merchant-sku; fulfillment-center-id; marketplace-name
ship-state; ship-country; ship-service-level; item-tax; shipping-tax; gift-wrap-price; gift-wrap-tax; quantity
vat-exclusive-item-price; tax-collection-model; tax-collection-responsible-party; address-type; is-business-order
signature-confirmation-recommended; license-plate-number; Customer Shipments; Customer Returns; customer_returns
average_quantity_customer_orders; reserved_customerorders; brand-name; store name; item-note; image-url; order-status
currency; purchase-date; promotion-ids; is-buyer-requested-cancellation; ioss-number; order-invoice-type; Invoice number
newToBrandPurchases; topOfSearchImpressionShare; addToCart; attributedSalesNewToBrand14d; searchTerm; keywordText
sellerName; title; reviewsCount; starsBreakdown; url; name; id; price; clickedItemName; purchasedAsin; uniqueCustomers
repeatCustomersPctTotal; customerReviews; unit_cost; valid_from; lead_time_days; supplier; Supplier part no.
Artikelname; Produktname; nom du produit; nombre del producto; nome do produto; nazwa produktu; produktnamn; ürün adı
商品名; 商品名称
contactLens; headphones; addressableImpressions; mailing weight; case-id; FNSKU; Event Type; Reference ID
"""


def names(text: str) -> list[str]:
    return [each.strip() for line in text.strip().splitlines() for each in line.split(";") if each.strip()]


@pytest.mark.parametrize("name", names(PERSONAL))
def test_what_is_personal(name: str) -> None:
    assert looks_personal(name), words(name)


@pytest.mark.parametrize("name", names(NOT_PERSONAL))
def test_what_is_not(name: str) -> None:
    assert not looks_personal(name), words(name)


SPELLINGS = st.sampled_from(
    [
        str.upper,
        str.lower,
        str.title,
        lambda text: text.replace(" ", "-"),
        lambda text: text.replace(" ", "_"),
        lambda text: "".join(each[:1].upper() + each[1:] for each in text.split()),
        lambda text: f"  {text}\r",
        lambda text: "  ".join(text.split()),
        lambda text: "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text),
    ]
)


@given(
    st.sampled_from(
        ["buyer name", "recipient phone number", "ship address 1", "buyer vat number", "gift message text"]
    ),
    st.lists(SPELLINGS, min_size=1, max_size=2),
)
def test_spelling_does_not_matter(name: str, spellings: list) -> None:
    for spell in spellings:
        name = spell(name)
    assert looks_personal(name), name


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_judged(name: str, parent: str) -> None:
    assert looks_personal(name, parent) in (True, False)
    assert words(words(name)) == words(name)


def test_a_bare_name_is_somebodys_below_reviews() -> None:
    assert [looks_personal("name", parent) for parent in ("", "brand", "productPageReviews", "reviews")] == [
        False,
        False,
        True,
        True,
    ]
    assert not looks_personal("title", "reviews")
