"""Texts of all kinds, made by a seed: what embeddings are compared on. None of them is taken from anywhere."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

_WORDS: dict[str, str] = {
    "en": "revenue order customer refund churn session invoice shipment margin stock discount tax week campaign late",
    "de": "Umsatz Bestellung Kundin Rückgabe Lieferung Straße Größe Rabatt Woche überfällig bezahlt München für je",
    "fr": "chiffre d'affaires commande cliente remboursé séjour où déjà trésorerie région août facturé œuvre à côté",
    "es": "ingresos pedido cliente devolución año sesión factura envío señal descuento región ¿cuántos? niño por según",
    "pl": "przychód zamówienie źródło żółty część województwo dostawa zwrot łącznie średnio według miesięcy",
    "tr": "gelir sipariş müşteri iade İstanbul ödeme ağustos bölge göre yüzde kaç şehir",
    "ru": "выручка заказ покупатель возврат счёт отгрузка регион неделя скидка налог без по средний",
    "el": "έσοδα παραγγελία πελάτης επιστροφή χώρα μήνας ανά φόρος σύνολο",
    "ar": "الإيرادات الطلبات العملاء حسب البلد الشهر المرتجعات الفاتورة متوسط",
    "he": "הכנסות הזמנה לקוח החזר לפי מדינה חודש חשבונית ממוצע",
    "hi": "राजस्व आदेश ग्राहक वापसी देश महीना औसत कुल छूट",
    "th": "รายได้ คำสั่งซื้อ ลูกค้า คืนเงิน ประเทศ เดือน เฉลี่ย",
    "ja": "売上高 注文 顧客 返品 国別 月次 平均 請求書 キャンペーン ごとの",
    "zh": "收入 订单 客户 退款 国家 每月 平均 发票 库存 折扣",
    "ko": "매출 주문 고객 반품 국가별 월별 평균 송장 재고",
    "vi": "doanh thu đơn hàng khách hàng hoàn tiền quốc gia tháng trung bình",
}
_EMOJI = ("🚀", "👩\u200d👩\u200d👧", "🇩🇪", "📈", "🧾", "❤️", "👍🏽", "🏳️\u200d🌈", "☕", "🐍")
_NAMES = ("orders", "order_lines", "customers", "dim_date", "fct_payments", "amount", "created_at", "customer_id")
_SPACES = ("", " ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000")

LONGEST_WORDS = 400


def varied_texts(count: int, *, seed: int = 7) -> list[str]:
    """`count` texts of 1 to 400 words: languages and scripts, code, numbers, emoji, white space in odd places."""
    rng = random.Random(seed)  # noqa: S311 - texts, not secrets
    makers = (_language, _language, _mixture, _code, _numbers, _emoji, _spaced)
    return [makers[number % len(makers)](rng) for number in range(count)]


def _length(rng: random.Random, most: int = LONGEST_WORDS) -> int:
    """As many short ones as long ones, by orders of magnitude."""
    return round(math.pow(most, rng.random()))


def _sentence(rng: random.Random, words: Sequence[str], length: int) -> str:
    chosen = [rng.choice(words) for _ in range(length)]
    return " ".join(word + rng.choice(("", "", "", "", ",", ".")) for word in chosen)


def _language(rng: random.Random) -> str:
    return _sentence(rng, _WORDS[rng.choice(sorted(_WORDS))].split(), _length(rng))


def _mixture(rng: random.Random) -> str:
    words = [word for name in rng.sample(sorted(_WORDS), 3) for word in _WORDS[name].split()]
    return _sentence(rng, words, _length(rng))


def _code(rng: random.Random) -> str:
    lines = [
        rng.choice(
            (
                f"SELECT sum({rng.choice(_NAMES)}) FROM {rng.choice(_NAMES)} GROUP BY {rng.randint(1, 9)};",
                f"if {rng.choice(_NAMES)} >= {rng.randint(0, 999)}: return {rng.choice(_NAMES)}[{rng.randint(0, 9)}]",
                f'{{"{rng.choice(_NAMES)}": [{rng.random():.4f}, null, "{rng.choice(_NAMES)}"]}}',
                f"https://{rng.choice(_NAMES)}.invalid/{rng.choice(_NAMES)}?page={rng.randint(1, 99)}",
            )
        )
        for _ in range(_length(rng, 40))
    ]
    return "\n".join(lines)


def _numbers(rng: random.Random) -> str:
    kinds: Sequence[Callable[[], str]] = (
        lambda: str(rng.randint(-(10**9), 10**9)),
        lambda: f"{rng.random() * 10**6:,.2f} €",
        lambda: f"{rng.randint(1990, 2030)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
        lambda: f"{rng.random():.3e}",
        lambda: f"{rng.getrandbits(64):016x}",
        lambda: rng.choice(("½", "Ⅷ", "12 %", "±0", "٣٤", "№ 5", "1st")),
    )
    return " ".join(rng.choice(kinds)() for _ in range(_length(rng, 80)))


def _emoji(rng: random.Random) -> str:
    words = [*_EMOJI, *_WORDS["en"].split()]
    return _sentence(rng, words, _length(rng, 60))


def _spaced(rng: random.Random) -> str:
    words = [rng.choice(_WORDS["en"].split()) for _ in range(_length(rng, 100))]
    return "".join(rng.choice(_SPACES) + word + rng.choice(_SPACES[1:]) for word in words)
