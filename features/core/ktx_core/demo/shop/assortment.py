"""What the shop sells: departments, categories, products, and who makes them."""

from dataclasses import dataclass

from ktx_core.demo.shop.chance import chance_for

SEA_AREAS = (
    "Viking", "Utsire", "Forties", "Cromarty", "Forth", "Tyne", "Dogger", "Fisher", "German Bight", "Humber",
    "Thames", "Dover", "Wight", "Portland", "Plymouth", "Biscay", "Trafalgar", "FitzRoy", "Sole", "Lundy",
    "Fastnet", "Irish Sea", "Shannon", "Rockall", "Malin", "Hebrides", "Bailey", "Fair Isle", "Faeroes",
)  # fmt: skip
"""The sea areas of the shipping forecast. Every product is called after one."""

DEPARTMENTS = ("Rainwear", "Knitwear", "Instruments", "Light", "Wind", "Galley")


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the shop.

    `season` has one digit a month, January first: how eagerly people buy. `gale` is what a gale does to that, in
    percent. `share` weighs the category against the others. `returned` is how many of a thousand lines come back.
    Prices are whole euros, the cost is a percentage of the price.
    """

    name: str
    department: str
    nouns: tuple[str, ...]
    products: int
    share: int
    price_from: int
    price_to: int
    cost: int
    grams: int
    season: str
    gale: int
    returned: int


# fmt: off
CATEGORIES: tuple[Category, ...] = (
    Category("Oilskin coats", "Rainwear", ("oilskin coat", "long oilskin", "deck smock"),
             14, 9, 95, 260, 47, 1400, "754334345887", 190, 118),
    Category("Sou'westers", "Rainwear", ("sou'wester", "waxed hat"),
             11, 9, 18, 46, 42, 180, "754323335987", 210, 55),
    Category("Rubber boots", "Rainwear", ("rubber boots", "short boots"),
             12, 8, 39, 120, 51, 1900, "876433346776", 160, 132),
    Category("Capes", "Rainwear", ("cape", "cycle cape"),
             9, 5, 55, 130, 45, 620, "434555555654", 150, 81),
    Category("Umbrellas", "Rainwear", (),
             0, 0, 20, 60, 40, 500, "111111111111", 100, 0),
    Category("Jumpers", "Knitwear", ("jumper", "roll-neck", "cardigan"),
             15, 9, 75, 195, 48, 780, "964211125899", 110, 124),
    Category("Socks", "Knitwear", ("boot socks", "watch socks"),
             13, 16, 9, 24, 38, 110, "865322235799", 110, 22),
    Category("Mittens", "Knitwear", ("mittens", "wrist warmers"),
             10, 9, 14, 38, 40, 90, "985211113699", 115, 34),
    Category("Barometers", "Instruments", ("barometer", "brass barometer", "pocket barometer"),
             12, 5, 85, 440, 55, 1250, "333333334569", 130, 61),
    Category("Wind gauges", "Instruments", ("wind gauge", "hand anemometer"),
             8, 3, 60, 310, 57, 640, "334455445444", 140, 74),
    Category("Tide clocks", "Instruments", ("tide clock", "bulkhead clock"),
             8, 4, 45, 150, 52, 700, "223345543358", 100, 49),
    Category("Storm lanterns", "Light", ("storm lantern", "gimbal lamp"),
             12, 8, 28, 115, 46, 1150, "643223345789", 180, 45),
    Category("Torches", "Light", ("torch", "head torch"),
             10, 7, 15, 72, 50, 210, "754323346788", 170, 58),
    Category("Candles", "Light", ("beeswax candles", "tea lights"),
             9, 11, 6, 28, 34, 420, "643222345689", 150, 9),
    Category("Kites", "Wind", ("kite", "box kite", "stunt kite"),
             14, 9, 24, 165, 49, 540, "114787776412", 70, 66),
    Category("Weather vanes", "Wind", ("weather vane",),
             9, 3, 70, 290, 56, 2600, "224676555323", 90, 52),
    Category("Pennants", "Wind", ("pennant", "windsock"),
             10, 6, 8, 42, 37, 130, "123568987322", 80, 17),
    Category("Flasks", "Galley", ("flask", "food flask"),
             11, 9, 22, 58, 44, 560, "643345544677", 120, 31),
    Category("Enamel mugs", "Galley", ("enamel mug", "enamel bowl"),
             13, 14, 8, 19, 36, 240, "444456654578", 100, 26),
    Category("Tea & cocoa", "Galley", ("breakfast tea", "smoked tea", "drinking cocoa"),
             13, 15, 5, 22, 41, 300, "876433345789", 130, 4),
)
# fmt: on

SUPPLIERS: tuple[tuple[str, str | None], ...] = (
    ("Skerry Oilskin Works", "IE"),
    ("Brandt & Sønner", "DK"),
    ("Atelier Quatre-Vents", "FR"),
    ("Nordhavn Strikkeri", "NO"),
    ("Ó Briain Woollen Mill", "IE"),
    ("Hinterland Feinmechanik", "DE"),
    ("Lode & Lead Instruments", "GB"),
    ("Veldkamp Lantaarns", "NL"),
    ("Bi's Apiary", "IE"),
    ("Kestrel Kite Loft", "GB"),
    ("Smedjan i Sund", "SE"),
    ("Tórshavn Supply", "FO"),
    ("Emaille Rosenthaler", "DE"),
    ("Harbour Tea Rooms", "IE"),
    ("Two Rocks Rubber", "GB"),
    ("The cellar (stock found there)", None),
    ("Paraplu Maatschappij", "NL"),
    ("Isafold Ullverk", "IS"),
)
"""Names and countries. The umbrella maker never got an order; nobody knows who made what lay in the cellar."""

SUPPLIERS_OF = {
    "Rainwear": (1, 2, 15), "Knitwear": (4, 5, 18), "Instruments": (6, 7, 16), "Light": (8, 9, 8), "Wind": (10, 11, 3),
    "Galley": (13, 14, 12),
}  # fmt: skip
GONE_SUPPLIER = 44
"""A supplier whose row was deleted; three products still name it."""

ANNOUNCED_RANK = 7
"""The place on each shelf whose product is announced for after the data ends."""

FIRST_YEAR = 2023
CategoryRow = tuple[int, str, int | None]
SupplierRow = tuple[int, str, str | None]


@dataclass(frozen=True, slots=True)
class Product:
    """A product; `category` indexes `CATEGORIES` also where the shop's own table forgot it."""

    id: int
    name: str
    sku: str
    category: int
    category_id: int | None
    supplier_id: int
    price_cents: int
    cost_percent: int
    grams: int | None
    introduced_on: str
    discontinued_on: str | None

    @property
    def row(self) -> tuple[object, ...]:
        """The row of `products`."""
        return (
            self.id, self.sku, self.name, self.category_id, self.supplier_id, self.price_cents, self.grams,
            self.introduced_on, self.discontinued_on,
        )  # fmt: skip


def category_rows() -> list[CategoryRow]:
    """Departments first, as categories without a parent, then the categories."""
    parents: list[CategoryRow] = [(number, name, None) for number, name in enumerate(DEPARTMENTS, 1)]
    leaves: list[CategoryRow] = [
        (len(DEPARTMENTS) + number, category.name, DEPARTMENTS.index(category.department) + 1)
        for number, category in enumerate(CATEGORIES, 1)
    ]
    return parents + leaves


def supplier_rows() -> list[SupplierRow]:
    """Suppliers, numbered from 1."""
    return [(number, name, country) for number, (name, country) in enumerate(SUPPLIERS, 1)]


def grow_products() -> list[Product]:
    """Every product that was ever listed, by id."""
    draw = chance_for(1)
    products: list[Product] = []
    for index, category in enumerate(CATEGORIES):
        for rank in range(category.products):
            number = len(products) + 1
            products.append(_product(number, index, rank, (draw(), draw(), draw(), draw())))
    return products


def _product(number: int, index: int, rank: int, draws: tuple[float, float, float, float]) -> Product:
    category = CATEGORIES[index]
    euros = category.price_from + int(draws[0] * (category.price_to - category.price_from))
    introduced, discontinued = _life_span(rank, draws[1], draws[2])
    area = SEA_AREAS[(index * 7 + rank) % len(SEA_AREAS)]
    supplier = SUPPLIERS_OF[category.department][int(draws[3] * 3)]
    return Product(
        id=number,
        name=f"{area} {category.nouns[rank % len(category.nouns)]}",
        sku=f"{category.department[:2].upper()}-{number:03d}",
        category=index,
        category_id=None if _every(19, number, since=4) else len(DEPARTMENTS) + index + 1,
        supplier_id=GONE_SUPPLIER if _every(71, number, since=9) else supplier,
        price_cents=euros * 100 - (0, 5, 50)[number % 3],
        cost_percent=category.cost - 3 + rank % 7,
        grams=None if _every(37, number, since=5) else category.grams * (90 + rank * 2) // 100,
        introduced_on=introduced,
        discontinued_on=discontinued,
    )


def _life_span(rank: int, start: float, end: float) -> tuple[str, str | None]:
    """When a product came and went: most were always there, every sixth is dropped, the seventh waits for 2026."""
    if rank == ANNOUNCED_RANK:
        return "2026-02-01", None
    if _every(3, rank, since=2):
        return _day_in_span(start, day=15), None
    discontinued = _day_in_span(end, day=28) if _every(6, rank, since=4) else None
    return f"{2011 + int(start * 11)}-03-01", discontinued


def _day_in_span(draw: float, *, day: int) -> str:
    return f"{FIRST_YEAR + int(draw * 3)}-{1 + int(draw * 1000) % 12:02d}-{day}"


def _every(step: int, number: int, *, since: int) -> bool:
    return number % step == since % step
