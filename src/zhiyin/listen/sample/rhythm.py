"""When people speak: how many a day, which store, channel, hour, drink and customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from zhiyin.listen.sample.company import Company, Product, Store
from zhiyin.listen.sample.datafiles import rhythm
from zhiyin.listen.sample.dice import Dice, Wheel
from zhiyin.listen.sample.drafting import Occasion
from zhiyin.listen.sample.incidents import Incident
from zhiyin.listen.sample.options import BEIJING

_CHANNELS = tuple(rhythm().channels)
_HOURS = {name: Wheel(plan.hours) for name, plan in rhythm().channels.items()}
_SEASONS = {"summer": (5, 6, 7, 8, 9), "winter": (11, 12, 1, 2), "autumn": (9, 10, 11), "all": ()}
_SHARE_REGULAR = 0.87
_MOOD_SPREAD = 0.24
# People reach for the drink that they heard of; the menu's first half sells better.
_POPULARITY_STEP = 0.05


class Planner:
    """Plans the occasions of a company, day by day; equal companies give equal plans."""

    def __init__(self, company: Company) -> None:
        self._company = company
        options = company.options
        self._days = [options.first_day + timedelta(days=i) for i in range(options.n_days)]
        weights = [self._day_weight(day) for day in self._days]
        self._counts = _share_out(options.n_voices_wanted, weights)
        self._wheels: dict[tuple[str, ...], Wheel] = {}

    def days(self) -> Iterator[tuple[date, Dice, list[Occasion]]]:
        """Each day with its own dice and its occasions in order of time."""
        for day, count in zip(self._days, self._counts, strict=True):
            dice = Dice(self._company.options.seed, "day", day.isoformat())
            yield day, dice, self._day(day, count=count, dice=dice)

    def _day_weight(self, day: date) -> float:
        plan = rhythm()
        dice = Dice(self._company.options.seed, "weather", day.isoformat())
        weather = 0.93 + 0.14 * dice.roll()
        shape = plan.weekdays[day.weekday()] * plan.months[day.month - 1] * weather
        return shape * sum(self._store_weights(day))

    def _store_weights(self, day: date) -> list[float]:
        weights = [store.weight for store in self._company.stores]
        for incident in self._on(day):
            volume = incident.volume_on(day)
            if volume != 1.0:
                for i in incident.stores:
                    weights[i] *= volume
        return weights

    def _on(self, day: date) -> list[Incident]:
        return [incident for incident in self._company.incidents if incident.is_on(day)]

    def _day(self, day: date, *, count: int, dice: Dice) -> list[Occasion]:
        stores, drinks = Wheel(self._store_weights(day)), self._drinks(day)
        on = self._on(day)
        midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
        plans: list[tuple[int, int, str, int, Incident | None]] = []
        for number in range(count):
            place = stores.spin(dice)
            cause = _bringing(on, place=place, day=day, dice=dice)
            channel, hour = self._channel_and_hour(on, place=place, cause=cause, dice=dice)
            plans.append((hour * 3600 + int(dice.roll() * 3600), number, channel, place, cause))
        plans.sort(key=lambda plan: plan[:2])
        return [
            self._occasion(
                midnight + timedelta(seconds=seconds),
                channel=channel,
                place=place,
                on=on,
                cause=cause,
                drinks=drinks,
                dice=dice,
            )
            for seconds, _, channel, place, cause in plans
        ]

    def _channel_and_hour(
        self, on: list[Incident], *, place: int, cause: Incident | None, dice: Dice
    ) -> tuple[str, int]:
        """Where and when; a voice that an incident brings comes at its hours, from those whom it concerns."""
        wheel = self._channels([i for i in on if i.plan.tilt and place in i.stores])
        while True:
            channel = _CHANNELS[wheel.spin(dice)]
            hour = _HOURS[channel].spin(dice)
            kinds = (True,) if rhythm().channels[channel].share_takeaway >= 1.0 else (False, True)
            if cause is None or any(cause.concerns(is_takeaway=kind, hour=hour) for kind in kinds):
                return channel, hour

    def _channels(self, here: list[Incident]) -> Wheel:
        kinds = tuple(incident.kind for incident in here)
        if kinds not in self._wheels:
            self._wheels[kinds] = _channel_wheel(here)
        return self._wheels[kinds]

    def _drinks(self, day: date) -> Wheel:
        return Wheel(
            [
                (1.7 if day.month in _SEASONS[product.season] else 1.0) * (1.8 - _POPULARITY_STEP * i)
                for i, product in enumerate(self._company.products)
            ]
        )

    def _occasion(
        self,
        at: datetime,
        *,
        channel: str,
        place: int,
        on: list[Incident],
        cause: Incident | None,
        drinks: Wheel,
        dice: Dice,
    ) -> Occasion:
        company, plan = self._company, rhythm().channels[channel]
        store = company.stores[place]
        is_takeaway = dice.roll() < plan.share_takeaway
        if cause is not None and cause.plan.is_delivered is not None:
            is_takeaway = cause.plan.is_delivered
        incident = cause or self._incident(at, place=place, is_takeaway=is_takeaway, on=on, dice=dice)
        drink, n_drinks = self._drink(drinks, incident=incident, dice=dice), len(company.products)
        product = company.products[drink]
        another = (drink + dice.whole(1, n_drinks - 1)) % n_drinks
        return Occasion(
            occurred_at=at,
            channel=channel,
            plan=plan,
            store=store,
            customer=company.customers[self._customer(store, dice=dice)],
            product=product,
            other_product=company.products[another],
            is_takeaway=is_takeaway,
            mood=store.quality + plan.lean + _MOOD_SPREAD * dice.bell(),
            price_step=sum(i.plan.price_step for i in on),
            incident=incident,
            haves=_haves(product, at),
            is_urgent=incident is not None and dice.roll() < incident.plan.share_urgent,
        )

    def _incident(
        self, at: datetime, *, place: int, is_takeaway: bool, on: list[Incident], dice: Dice
    ) -> Incident | None:
        for incident in on:
            if (
                place in incident.stores
                and incident.concerns(is_takeaway=is_takeaway, hour=at.hour)
                and dice.roll() < incident.share_on(at.date())
            ):
                return incident
        return None

    def _customer(self, store: Store, *, dice: Dice) -> int:
        """A regular of the store or, less often, anybody; some regulars speak much more than others."""
        regulars = self._company.customers_by_store[store.index]
        if regulars and dice.roll() < _SHARE_REGULAR:
            return regulars[int(dice.roll() * dice.roll() * len(regulars))]
        return int(dice.roll() * len(self._company.customers))

    def _drink(self, drinks: Wheel, *, incident: Incident | None, dice: Dice) -> int:
        place = drinks.spin(dice)
        if incident is not None and incident.plan.needs_syrup:
            while not self._company.products[place].has_syrup:
                place = drinks.spin(dice)
        return place


def _bringing(on: list[Incident], *, place: int, day: date, dice: Dice) -> Incident | None:
    """The incident without which the voice would not be there: those beyond the usual number are its own."""
    for incident in on:
        volume = incident.volume_on(day)
        if volume > 1 and place in incident.stores and dice.roll() < 1 - 1 / volume:
            return incident
    return None


def _haves(product: Product, at: datetime) -> tuple[str, ...]:
    """What the clauses may take for granted: kind of drink, time of the year."""
    kind = "milk" if product.kind == "cap" else product.kind
    if at.month in _SEASONS["summer"]:
        return kind, "summer"
    return (kind, "winter", "christmas") if at.month == 12 else (kind, "winter")


def _channel_wheel(incidents: list[Incident]) -> Wheel:
    """Channels by share, tilted by these incidents."""
    weights = {name: plan.share for name, plan in rhythm().channels.items()}
    for incident in incidents:
        for channel, factor in incident.plan.tilt.items():
            weights[channel] *= factor
    return Wheel(list(weights.values()))


def _share_out(total: int, weights: list[float]) -> list[int]:
    """Whole numbers in proportion to the weights, with exactly this total."""
    whole, given, passed = sum(weights), 0, 0.0
    counts = []
    for weight in weights:
        passed += weight
        upto = round(total * passed / whole)
        counts.append(upto - given)
        given = upto
    counts[-1] += total - given
    return counts
