"""Where customers live, and where parcels go."""

COUNTRIES: tuple[tuple[str, str, str], ...] = (
    ("IE", "Ireland", "British Isles"),
    ("GB", "United Kingdom", "British Isles"),
    ("NO", "Norway", "Nordic"),
    ("DK", "Denmark", "Nordic"),
    ("SE", "Sweden", "Nordic"),
    ("IS", "Iceland", "Nordic"),
    ("FO", "Faroe Islands", "Nordic"),
    ("DE", "Germany", "Continent"),
    ("NL", "Netherlands", "Continent"),
    ("FR", "France", "Continent"),
    ("ES", "Spain", "Continent"),
    ("US", "United States", "Overseas"),
    ("CA", "Canada", "Overseas"),
    ("NZ", "New Zealand", "Overseas"),
)
"""Code, name, region. Nobody in New Zealand has ordered yet."""

CITIES: dict[str, tuple[str, ...]] = {
    "IE": ("Galway", "Dún Laoghaire", "Cobh", "Dingle", "Sligo", "Howth"),
    "GB": ("Oban", "Whitby", "Falmouth", "Stromness", "Aberystwyth", "Bangor"),
    "NO": ("Bergen", "Ålesund", "Bodø"),
    "DK": ("Skagen", "Esbjerg", "Ærøskøbing"),
    "SE": ("Smögen", "Visby", "Göteborg"),
    "IS": ("Reykjavík", "Húsavík"),
    "FO": ("Tórshavn", "Klaksvík"),
    "DE": ("Cuxhaven", "Husum", "Bremerhaven"),
    "NL": ("Den Helder", "Vlissingen", "Harlingen"),
    "FR": ("Brest", "Saint-Malo", "Paimpol"),
    "ES": ("A Coruña", "Vigo"),
    "US": ("Gloucester, MA", "Rockland, ME", "Astoria, OR"),
    "CA": ("Lunenburg", "St. John's"),
    "JE": ("Saint Helier",),
}
"""`JE` stands in addresses only: the shop's list of countries never learned of Jersey."""

CUSTOMERS_LIVE = {
    "IE": 400, "GB": 250, "NO": 45, "DK": 50, "SE": 35, "IS": 12, "FO": 10, "DE": 80, "NL": 40, "FR": 35, "ES": 10,
    "US": 20, "CA": 8, "JE": 5,
}  # fmt: skip
"""How many of a thousand."""

GIFTS_GO = {
    "IE": 300, "GB": 300, "NO": 60, "DK": 40, "SE": 40, "IS": 20, "FO": 10, "DE": 70, "NL": 40, "FR": 40, "ES": 20,
    "US": 40, "CA": 15, "JE": 5,
}  # fmt: skip
"""How many of a thousand second addresses."""

STREETS = (
    "Quay Street", "Lighthouse Road", "Chapel Lane", "Strand", "Kelp Row", "Mill Bank", "The Slip", "Signal Hill",
    "Rope Walk", "Ferry Terrace",
)  # fmt: skip
