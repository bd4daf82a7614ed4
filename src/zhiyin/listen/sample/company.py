"""The company itself: its tree of units, its menu, its customers and what befalls it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zhiyin.listen.sample.customers import Customer, make_customer
from zhiyin.listen.sample.datafiles import ProductRow, RegionPlan, aspect_plans, places, read_tsv
from zhiyin.listen.sample.dice import Dice, Wheel
from zhiyin.listen.sample.incidents import Incident, plan_incidents
from zhiyin.listen.sample.options import SampleOptions

_CUSTOMERS_A_VOICE = 0.38


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A node of the org tree; the company has no parent. A parent stands before its children."""

    code: str
    name: str
    kind: Literal["company", "region", "city", "store"]
    parent_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store with its hidden nature: `weight` of voices, `quality` and `leans` on the share of praise."""

    index: int
    code: str
    name: str
    short: str
    city: str
    city_english: str
    region_code: str
    company_code: str
    weight: float
    quality: float
    leans: dict[str, float]
    reply_factor: float
    reply_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A drink; `price` in yuan before any rise, `quality` shifts the share of praise of its taste."""

    code: str
    name: str
    calls: tuple[str, ...]
    english: str
    price: int
    kind: str
    season: str
    has_syrup: bool
    quality: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everything that is fixed before the first voice; deterministic in `options`."""

    options: SampleOptions
    units: tuple[Unit, ...]
    stores: tuple[Store, ...]
    products: tuple[Product, ...]
    customers: tuple[Customer, ...]
    customers_by_store: tuple[tuple[int, ...], ...]
    incidents: tuple[Incident, ...]


def make_company(options: SampleOptions) -> Company:
    """The company of these options; about a second at the default size, less for a cut."""
    stores = _make_stores(options)
    customers, by_store = _make_customers(options, stores=stores)
    return Company(
        options=options,
        units=_make_units(stores),
        stores=stores,
        products=_make_products(options),
        customers=customers,
        customers_by_store=by_store,
        incidents=plan_incidents(options, stores=stores, rivals=places().rivals.split()),
    )


def _make_stores(options: SampleOptions) -> tuple[Store, ...]:
    dice = Dice(options.seed, "stores")
    regions = places().regions
    taken: set[str] = set()
    return tuple(
        _make_store(i, dice=dice, region=regions[i % len(regions)], taken=taken)
        for i in range(options.n_stores)
    )


def _make_store(index: int, *, dice: Dice, region: RegionPlan, taken: set[str]) -> Store:
    cities = list(region.cities)
    # The first city of a region has most stores.
    city = cities[int(dice.roll() * dice.roll() * len(cities))]
    short = _place_name(dice, city=city, taken=taken)
    weak, strong = dice.pick(aspect_plans()).aspect, dice.pick(aspect_plans()).aspect
    size = dice.roll()
    return Store(
        index=index,
        code=f"S{index + 1:04d}",
        name=f"{places().company['name']}（{city}{short}店）",
        short=short,
        city=city,
        city_english=region.cities[city],
        region_code=region.code,
        company_code=places().company["code"],
        weight=0.35 + 2.4 * size * size * size + 0.5 * dice.roll(),
        quality=0.07 * dice.bell(),
        leans={strong: 0.16, weak: -0.26},
        reply_factor=0.2 + 1.6 * dice.roll(),
        reply_hours=2 + 60 * dice.roll() * dice.roll(),
    )


def _place_name(dice: Dice, *, city: str, taken: set[str]) -> str:
    heads, tails, streets = places().mall_heads.split(), places().mall_tails.split(), places().streets.split()
    while True:
        name = dice.pick(streets) if dice.roll() < 0.22 else dice.pick(heads) + dice.pick(tails)
        for number in ("", "二", "三", "四", "五"):
            if city + name + number not in taken:
                taken.add(city + name + number)
                return name + number


def _make_units(stores: tuple[Store, ...]) -> tuple[Unit, ...]:
    root = Unit(
        code=places().company["code"], name=places().company["name"], kind="company", parent_code=None
    )
    used = {(store.region_code, store.city) for store in stores}
    regions: list[Unit] = []
    cities: dict[str, Unit] = {}
    for plan in places().regions:
        if any(code == plan.code for code, _ in used):
            regions.append(Unit(code=plan.code, name=plan.name, kind="region", parent_code=root.code))
        for i, city in enumerate(plan.cities, start=1):
            if (plan.code, city) in used:
                cities[city] = Unit(code=f"{plan.code}C{i}", name=city, kind="city", parent_code=plan.code)
    leaves = [Unit(code=s.code, name=s.name, kind="store", parent_code=cities[s.city].code) for s in stores]
    return (root, *regions, *cities.values(), *leaves)


def _make_products(options: SampleOptions) -> tuple[Product, ...]:
    dice = Dice(options.seed, "products")
    return tuple(
        Product(
            code=row.code,
            name=row.name,
            calls=tuple(dict.fromkeys([row.name, *row.short.split("|")])),
            english=row.english,
            price=row.price,
            kind=row.kind,
            season=row.season,
            has_syrup=row.has_syrup == "1",
            quality=0.10 * dice.bell(),
        )
        for row in read_tsv("products.tsv", ProductRow)
    )


def _make_customers(
    options: SampleOptions, *, stores: tuple[Store, ...]
) -> tuple[tuple[Customer, ...], tuple[tuple[int, ...], ...]]:
    dice = Dice(options.seed, "customers")
    homes = Wheel([store.weight for store in stores])
    by_store: list[list[int]] = [[] for _ in stores]
    customers = []
    n_customers = max(1, len(stores), round(options.n_voices_wanted * _CUSTOMERS_A_VOICE))
    for number in range(n_customers):
        # One customer at least for every store, the rest by the stores' size.
        home = number if number < len(stores) else homes.spin(dice)
        customers.append(make_customer(number, dice=dice, home_store=home, city=stores[home].city))
        by_store[home].append(number)
    return tuple(customers), tuple(tuple(numbers) for numbers in by_store)
