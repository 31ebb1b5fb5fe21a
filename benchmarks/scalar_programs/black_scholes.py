"""A surface of volatilities fitted to the prices and the greeks of options (Black & Scholes 1973)."""

import numpy

from scalar_programs.work import Work


def _price(m, spot, strike, rate, years, volatility):
    spread = volatility * m.sqrt(years)
    d1 = (m.log(spot / strike) + (rate + 0.5 * volatility * volatility) * years) / spread
    return spot * _normal(m, d1) - strike * m.exp(-rate * years) * _normal(m, d1 - spread)


def _normal(m, x):
    return 0.5 * (1.0 + m.erf(x * 0.7071067811865476))


def _volatility(m, theta, moneyness, years):
    return m.exp(theta[0] + theta[1] * moneyness + theta[2] * moneyness * moneyness + theta[3] * m.sqrt(years))


def _loss(m, price, greeks, quoted):
    # Quotes are in units of their usual spreads.
    return sum(m.square(ours - theirs) * 25.0 for ours, theirs in zip((price, *greeks), quoted, strict=True))


def scalars(m, theta, spot, strike, moneyness, years, *quoted):
    rate = theta[4]
    spot, volatility = m.variable(spot), m.variable(_volatility(m, theta, moneyness, years))
    price = _price(m, spot, strike, rate, years, volatility)
    delta, vega, rho = m.derivatives(price, [spot, volatility, rate])
    (gamma,) = m.derivatives(delta, [spot])
    return _loss(m, price, (delta, vega, rho, gamma), quoted)


def arrays(xp, theta, spot, strike, moneyness, years, *quoted):
    volatility = _volatility(xp, theta, moneyness, years)

    def price(spot, volatility, rate):
        return _price(xp, spot, strike, rate, years, volatility)

    rate = theta[4] + 0.0 * spot  # one for each option, as derivatives are taken
    delta, vega, rho = xp.gradient(price, (spot, volatility, rate))
    gamma = xp.derivative(lambda spot: xp.derivative(lambda spot: price(spot, volatility, rate), spot), spot)
    return _loss(xp, price(spot, volatility, rate), (delta, vega, rho, gamma), quoted)


def make():
    def batch(m, seed):
        generator = numpy.random.default_rng(seed)
        spot, moneyness, years = generator.uniform(0.8, 1.2, m), generator.uniform(-0.3, 0.3, m), generator.uniform(0.1, 2, m)
        quoted = [generator.uniform(0, most, m) for most in (0.3, 1.0, 0.5, 1.0, 3.0)]
        return spot, spot * numpy.exp(-moneyness), moneyness, years, *quoted

    return Work("black_scholes", "Black-Scholes with four greeks", scalars, (-1.5, -0.2, 0.5, 0.1, 0.02), batch, arrays)
