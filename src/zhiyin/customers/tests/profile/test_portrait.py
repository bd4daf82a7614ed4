def portrait(company, identity, role="owner"):
    return company.visit(role).get(f"/customers/{identity.customer}/portrait/")


def test_the_portrait_counts_what_was_liked_disliked_bought_and_needed(company):
    li = company.identity("13800001111", company.north)
    company.say(li, opinions=[("taste", "positive"), ("speed", "negative")], sentiment_score=-0.5)
    company.say(
        li, opinions=[("speed", "negative")], sentiment_score=0.5, needs=[{"name": "timely", "met": False}]
    )
    company.buy(li, product="牛肉面", amount=20.0, order="a", days_ago=5)
    company.buy(li, product="牛肉面", amount=30.0, order="b", days_ago=400)
    answer = portrait(company, li)
    drawn, shown = answer.context["portrait"], answer.context["page"]
    assert [(one.aspect, one.n_negative) for one in drawn.disliked] == [("speed", 2)]
    assert [(one.aspect, one.n_positive) for one in drawn.liked] == [("taste", 1)]
    assert (shown.needs[0].name, shown.needs[0].n_unmet) == ("In time", 1)
    worth = drawn.worth
    assert (worth.n_orders, worth.n_orders_year, worth.amount, worth.amount_year) == (2, 1, 50.0, 20.0)
    assert worth.recency_days == 5
    assert shown.ranks is None


def test_ranks_are_fifths_of_the_own_base(company):
    people = [company.identity(f"1380000{number:04d}", company.north) for number in range(10)]
    for number, one in enumerate(people):
        for _ in range(number + 1):
            company.buy(one, amount=10.0, days_ago=10 - number)
    company.roll_up()
    best, worst = (portrait(company, one).context["page"].ranks for one in (people[-1], people[0]))
    assert (best.rfm_recency, best.rfm_frequency, best.rfm_money) == (5, 5, 5)
    assert (worst.rfm_recency, worst.rfm_frequency, worst.rfm_money) == (1, 1, 1)


def test_an_empty_portrait_says_so(company):
    li = company.identity("13800001111", company.north)
    assert "No facts in the units that you see." in portrait(company, li).content.decode()


def test_what_changed_is_told(company):
    li = company.identity("13800001111", company.north)
    company.say(li, days_ago=60, sentiment_score=0.9)
    company.say(li, days_ago=1, sentiment_score=-1.0, intents=[{"name": "complaint", "confidence": 0.9}])
    health = portrait(company, li).context["page"].health
    assert health.note.startswith("−")
    assert "Troubles" in health.note
