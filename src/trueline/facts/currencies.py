"""The currencies of ISO 4217 and how many digits their minor units have."""

from __future__ import annotations

from fractions import Fraction

_OTHER_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_TWO_DIGITS = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
    CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
    IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
    MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS
    SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""

DIGITS: dict[str, int] = dict(
    sorted(
        [(code, 2) for code in _TWO_DIGITS.split()]
        + [(code, digits) for digits, codes in _OTHER_DIGITS.items() for code in codes.split()]
    )
)
"""Currency code -> digits of its minor unit: 2 for USD, 0 for JPY, 3 for KWD."""


def minor_unit(currency: str) -> Fraction:
    """The minor unit of ``currency``: 1/100 for USD. Errors: ``KeyError`` for an unknown code."""
    return Fraction(1, 10 ** DIGITS[currency])
