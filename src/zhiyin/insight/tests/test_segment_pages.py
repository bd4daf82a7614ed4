"""Pages that a segment narrows: they say so, and their links go on with it."""

from django.urls import reverse

PAGES = (
    ("home", ()),
    ("units", ()),
    ("unit", ("n1",)),
    ("aspect", ("taste",)),
    ("why", ()),
    ("priority", ()),
)


def test_links_of_every_page_keep_the_segment_and_lead_out_of_it(company):
    browser = company.visit("owner")
    for name, args in PAGES:
        path = reverse(name, args=args)
        page = browser.get(f"{path}?segment=7&period=7d").content.decode()
        assert "segment=7&amp;" in page or "&amp;segment=7" in page, name
        assert "Unknown segment" in page, name
        assert f'class="chip" href="{path}?period=7d' in page, name
    peers = browser.get(f"{reverse('peers', args=['n1'])}?segment=7").context["state"]
    assert "segment=7" in peers.query()
    assert peers.filter.author_key == ""
