"""The addresses of rights."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zhiyin.customers.rights import customer_views, proof_views, purpose_views, request_views, settings_views

_REQUEST = "customers/requests/<str:number>/"
_CUSTOMER = "customers/<uuid:customer_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/requests/", request_views.list_requests, name="rights_requests"),
    path("customers/requests/new/", request_views.take_request, name="take_rights_request"),
    path(_REQUEST, request_views.show_request, name="rights_request"),
    path(f"{_REQUEST}package/", request_views.download_package, name="rights_package"),
    path(f"{_REQUEST}proof/", request_views.download_proof, name="rights_proof"),
    path(f"{_REQUEST}proof/signed/", proof_views.download_signed_proof, name="rights_signed_proof"),
    path(f"{_REQUEST}proof/paper/", proof_views.show_proof_paper, name="rights_proof_paper"),
    path("proof/", proof_views.check_proof, name="check_proof"),
    path("proof/key/", proof_views.show_proof_key, name="proof_key"),
    path(f"{_REQUEST}do/<str:deed>/", request_views.act_on_request, name="act_on_rights_request"),
    path("settings/rights/", settings_views.show_rights, name="rights_settings"),
    path("settings/rights/new-purpose/", purpose_views.new_purpose, name="new_consent_purpose"),
    path("settings/rights/purposes/<str:code>/", purpose_views.edit_purpose, name="consent_purpose"),
    path(
        "settings/rights/purposes/<str:code>/take-back/",
        purpose_views.take_purpose_back,
        name="take_purpose_back",
    ),
    path("settings/rights/texts/<str:purpose>/", settings_views.set_consent_text, name="set_consent_text"),
    path("settings/rights/rules/<str:kind>/", settings_views.set_rights_rules, name="set_rights_rules"),
    path("settings/rights/holds/<int:hold_id>/lift/", settings_views.lift_legal_hold, name="lift_legal_hold"),
    path(f"{_CUSTOMER}consents/", customer_views.say_consent, name="say_consent"),
    path(
        f"{_CUSTOMER}consents/<int:consent_id>/proof/",
        customer_views.show_consent_proof,
        name="show_consent_proof",
    ),
    path(f"{_CUSTOMER}restrictions/<str:kind>/", customer_views.set_restriction, name="set_restriction"),
    path(f"{_CUSTOMER}hold/", customer_views.hold_customer, name="hold_customer"),
]
