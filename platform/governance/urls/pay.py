"""Addresses of pay."""

from django.urls import path

from governance.views import pay

urlpatterns = [
    path("me/pay/", pay.my_pay, name="my-pay"),
    path("communities/<slug:community>/pay/", pay.rates, name="pay"),
    path("communities/<slug:community>/pay/ledger/", pay.ledger, name="ledger"),
    path("communities/<slug:community>/pay/ledger/payments.csv", pay.payments, name="payments"),
    path("communities/<slug:community>/pay/ledger/paid/", pay.paid, name="paid"),
    path("communities/<slug:community>/pay/rates/", pay.set_rate, name="set-rate"),
    path("communities/<slug:community>/pay/rates/<int:rate>/end/", pay.end_rate, name="end-rate"),
]
