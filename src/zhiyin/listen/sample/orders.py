"""Orders: those that voices refer to, and those of customers who said nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from zhiyin.listen.items import AuthorIn, FeedbackIn, UnitIn
from zhiyin.listen.records.items import PurchaseIn
from zhiyin.listen.sample.company import Company, Product
from zhiyin.listen.sample.datafiles import record_plan
from zhiyin.listen.sample.dice import Dice, Wheel
from zhiyin.listen.sample.knowing import Register
from zhiyin.listen.sample.options import BEIJING
from zhiyin.listen.sample.truth import VoiceTruth

_SILENT_A_VOICE = 0.6
_SLOW = ("service_serving_speed", "negative")
_TIMES_AS_OFTEN = 6.0
_SHARE_QUANTITY_ONE = 0.7


class OrderNumbers:
    """Gives voices the numbers of their orders, from a stream of its own: the voices stay as they are."""

    def __init__(self, seed: int) -> None:
        self._dice = Dice(seed, "order numbers")

    def number(self, *, external_id: str, at: datetime, touchpoint: str, is_spam: bool) -> str | None:
        """The number, None for a voice that tells none: half of those to after-sales, a third in store."""
        share = {"delivery": 0.96, "in_store": 0.64}.get(touchpoint, 0.5)
        if self._dice.roll() >= share or is_spam:
            return None
        return f"TS{at.astimezone(BEIJING):%y%m%d}{external_id}"


class OrderBook:
    """Makes the orders of a company, beside its voices and in their order."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._dice = Dice(company.options.seed, "orders")
        plan = record_plan()
        self._couriers = Wheel(plan.courier_weights)
        slow = plan.couriers.index(plan.slow_courier)
        weights = list(plan.courier_weights)
        weights[slow] *= _TIMES_AS_OFTEN
        self._couriers_of_late = Wheel(weights)
        self._by_price: dict[int, list[Product]] = {}
        for product in company.products:
            self._by_price.setdefault(product.price, []).append(product)
        self._by_name = {product.name: product for product in company.products}
        self._stores = Wheel([store.weight for store in company.stores])
        self._numbers = {customer.code: number for number, customer in enumerate(company.customers)}
        self._register = Register(company, stream="who orders")
        self._slips = Register(company, stream="on the slip")
        self._n_silent = 0

    def orders(self, voices: Sequence[tuple[FeedbackIn, VoiceTruth]]) -> Iterator[PurchaseIn]:
        """The orders that these voices refer to, and some of the same days that nobody speaks of."""
        for item, truth in voices:
            if item.order_id is not None:
                yield self._spoken_of(item, truth)
            if item.occurred_at is not None and self._dice.roll() < _SILENT_A_VOICE:
                yield self._silent(item.occurred_at)

    def _spoken_of(self, item: FeedbackIn, truth: VoiceTruth) -> PurchaseIn:
        dice = self._dice
        assert item.occurred_at is not None
        hours = 0.6 + (3.5 if item.touchpoint != "after_sales" else 15) * dice.roll() * dice.roll()
        is_late = any((one.aspect, one.polarity) == _SLOW for one in truth.aspects)
        product = self._by_name.get(item.product or "") or dice.pick(self._company.products)
        return self._order(
            item.order_id or "",
            at=item.occurred_at - timedelta(seconds=int(hours * 3600)),
            store=truth.unit,
            product=product,
            customer=self._numbers.get(truth.customer or ""),
            is_delivered=item.attributes.get("order_type") == "takeaway",
            is_late=is_late,
        )

    def _silent(self, near: datetime) -> PurchaseIn:
        dice, company = self._dice, self._company
        self._n_silent += 1
        place = self._stores.spin(dice)
        number = dice.pick(company.customers_by_store[place])
        at = near - timedelta(minutes=dice.whole(1, 300))
        return self._order(
            f"TS{at.astimezone(BEIJING):%y%m%d}Q{self._n_silent:08d}",
            at=at,
            store=company.stores[place].code,
            product=dice.pick(company.products),
            customer=number,
            is_delivered=dice.roll() < 0.42,
            is_late=dice.roll() < 0.04,
        )

    def _order(
        self,
        number: str,
        *,
        at: datetime,
        store: str,
        product: Product,
        customer: int | None,
        is_delivered: bool,
        is_late: bool,
    ) -> PurchaseIn:
        dice, plan = self._dice, record_plan()
        shift = shift_of(at)
        courier = None
        minutes = 3.0 + 9.0 * dice.roll()
        if is_delivered:
            is_slow = is_late and (shift == plan.slow_shift or dice.roll() < 0.4)
            courier = plan.couriers[(self._couriers_of_late if is_slow else self._couriers).spin(dice)]
            minutes = 22 + 16 * dice.roll() + (5 if courier == plan.slow_courier else 0)
        if is_late:
            minutes += 18 + 30 * dice.roll()
        quantity = 1 if dice.roll() < _SHARE_QUANTITY_ONE else dice.whole(2, 4)
        channel = "takeaway" if is_delivered else ("app" if dice.roll() < 0.55 else "counter")
        tail, receiver = self._on_slip(customer, channel=channel)
        return PurchaseIn(
            external_id=number,
            ordered_at=at,
            order_id=number,
            unit=UnitIn(code=store),
            customer=self._who(customer, channel=plan.channels[channel]),
            product=product.name,
            quantity=float(quantity),
            amount=float(product.price * quantity),
            channel=plan.channels[channel],
            courier=courier,
            shift=shift,
            staff=f"{store}-{shift}-{dice.whole(1, 4)}",
            delivered_at=at + timedelta(seconds=int(minutes * 60)),
            phone_tail=tail,
            receiver=receiver,
        )

    def _who(self, number: int | None, *, channel: str) -> AuthorIn | None:
        return None if number is None else self._register.orderer(number, channel=channel)

    def _on_slip(self, number: int | None, *, channel: str) -> tuple[str | None, str | None]:
        """What the slip shows; those of the counter show nothing."""
        if number is None or channel == "counter":
            return None, None
        return self._slips.receiver(number, is_platform=channel == "takeaway")


def shift_of(at: datetime) -> str:
    """The shift that works at that time."""
    hour = at.astimezone(BEIJING).hour
    shifts = record_plan().shifts
    begun = [name for name, first in shifts.items() if first <= hour]
    return begun[-1] if begun else [*shifts][-1]
