"""The error-correcting code that carries the id.

Binary BCH, 63 bits of which 39 are payload, corrects 4.

Source: Lin and Costello, Error Control Coding, 2nd edition, chapter 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

CODE_BITS = 63
PAYLOAD_BITS = 39
CORRECTABLE = 4
_CHECK_BITS = CODE_BITS - PAYLOAD_BITS
_PRIMITIVE = 0b1000011  # x^6 + x + 1 makes GF(64)

Bits = npt.NDArray[np.uint8]


@cache
def _tables() -> tuple[list[int], list[int]]:
    """Powers of the primitive element (twice around, to save a modulo) and their logarithms."""
    powers, logs, value = [0] * (2 * CODE_BITS), [0] * (CODE_BITS + 1), 1
    for exponent in range(CODE_BITS):
        powers[exponent] = powers[exponent + CODE_BITS] = value
        logs[value] = exponent
        value <<= 1
        if value > CODE_BITS:
            value ^= _PRIMITIVE
    return powers, logs


def _times(left: int, right: int) -> int:
    if left == 0 or right == 0:
        return 0
    powers, logs = _tables()
    return powers[logs[left] + logs[right]]


def _over(left: int, right: int) -> int:
    if left == 0:
        return 0
    powers, logs = _tables()
    return powers[logs[left] - logs[right] + CODE_BITS]


@cache
def _generator() -> int:
    """Generator polynomial as an integer.

    The product of the minimal polynomials of a, a^3, a^5, a^7.
    """
    product = 1
    for root in range(1, 2 * CORRECTABLE, 2):
        conjugates = sorted({root * 2**power % CODE_BITS for power in range(6)})
        product = _multiply_bits(product, _minimal_polynomial(conjugates))
    return product


def _minimal_polynomial(exponents: Sequence[int]) -> int:
    powers, _ = _tables()
    coefficients = [1]
    for exponent in exponents:
        shifted = [*coefficients, 0]
        scaled = [0, *(_times(value, powers[exponent]) for value in coefficients)]
        coefficients = [high ^ low for high, low in zip(shifted, scaled, strict=True)]
    return int("".join(str(value) for value in coefficients), 2)


def _multiply_bits(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        right >>= 1
    return product


def encode(payload: int) -> Bits:
    """Turn a 39-bit number into 63 code bits, uint8 [63] of 0 and 1, highest power first.

    Raises ValueError if the number does not fit.
    """
    if not 0 <= payload < 1 << PAYLOAD_BITS:
        raise ValueError(f"A mark carries {PAYLOAD_BITS} bits; {payload} does not fit.")
    shifted = payload << _CHECK_BITS
    remainder, generator = shifted, _generator()
    for position in range(CODE_BITS - 1, _CHECK_BITS - 1, -1):
        if remainder >> position & 1:
            remainder ^= generator << (position - _CHECK_BITS)
    word = shifted | remainder
    return np.array([word >> bit & 1 for bit in range(CODE_BITS - 1, -1, -1)], dtype=np.uint8)


def decode(bits: Bits) -> tuple[int, int] | None:
    """Correct up to four wrong bits. Return the payload and how many were wrong, or None."""
    powers, _ = _tables()
    ones = [CODE_BITS - 1 - int(index) for index in np.flatnonzero(bits)]
    syndromes = [0] * (2 * CORRECTABLE)
    for order in range(2 * CORRECTABLE):
        for position in ones:
            syndromes[order] ^= powers[position * (order + 1) % CODE_BITS]
    wrong = _wrong_positions(_locator(syndromes))
    if wrong is None:
        return None
    for position in wrong:
        ones.remove(position) if position in ones else ones.append(position)
    return sum(1 << position for position in ones) >> _CHECK_BITS, len(wrong)


def _locator(syndromes: Sequence[int]) -> list[int]:
    """Find the shortest error locator polynomial (Berlekamp-Massey)."""
    current, previous = [1], [1]
    length, gap, last = 0, 1, 1
    for step, syndrome in enumerate(syndromes):
        discrepancy = syndrome
        for order in range(1, min(length, len(current) - 1) + 1):
            discrepancy ^= _times(current[order], syndromes[step - order])
        if discrepancy == 0:
            gap += 1
            continue
        update = [0] * gap + [_times(_over(discrepancy, last), value) for value in previous]
        size = max(len(current), len(update))
        padded = current + [0] * (size - len(current))
        update += [0] * (size - len(update))
        if 2 * length <= step:
            previous, last, length, gap = current, discrepancy, step + 1 - length, 1
        else:
            gap += 1
        current = [left ^ right for left, right in zip(padded, update, strict=True)]
    return current[: length + 1]


def _wrong_positions(locator: Sequence[int]) -> list[int] | None:
    """Find the roots (Chien search).

    None if they do not explain the polynomial: too many errors.
    """
    degree = len(locator) - 1
    if degree > CORRECTABLE:
        return None
    powers, _ = _tables()
    found = []
    for position in range(CODE_BITS):
        value = 0
        for order, coefficient in enumerate(locator):
            value ^= _times(coefficient, powers[-position * order % CODE_BITS])
        if value == 0:
            found.append(position)
    return found if len(found) == degree else None
