"""Writes testdata/engine/orders_*: ARIMA and GARCH of orders, seasons and transformations drawn at random, by the recursions written out.

    python series_order_cases.py      # from this folder

The polynomials of an ARIMA are multiplied out, so that z_t is one sum over the past of z and of the residuals; weights ψ come of the same product.
"""
import numpy as np
from engine_cases import OUTPUTS, array, double, series_model, write
from scipy import stats

HORIZON = 8
Z = stats.norm.ppf(0.95)
FIELDS = [double("y"), double("h", kind="integer")]
ROWS = [{"h": h + 1} for h in range(HORIZON)]


def spread(coefficients, step=1):
    """1 + Σ c_i B^(i·step)."""
    p = np.zeros(len(coefficients) * step + 1)
    p[0] = 1
    p[step::step] = coefficients
    return p


def weights(left, right):
    """ψ of left(B) z = right(B) e."""
    psi = np.zeros(HORIZON)
    for k in range(HORIZON):
        psi[k] = (right[k] if k < len(right) else 0) - sum(left[j] * psi[k - j] for j in range(1, min(k, len(left) - 1) + 1))
    return psi


def ahead(left, right, constant, past, residuals):
    """What comes of the recursion, with no noise to come."""
    z, e = list(past), list(residuals) + [0.0] * HORIZON
    for h in range(HORIZON):
        now = len(residuals) + h
        z.append(constant - sum(left[k] * z[-k] for k in range(1, len(left))) + sum(right[k] * e[now - k] for k in range(1, len(right)) if now >= k))
    return np.array(z[-HORIZON:])


def component(ar, ma, residuals):
    parts = f"<AR>{array(ar)}</AR>" if len(ar) else ""
    if len(ma):
        parts += f"<MA><MACoefficients>{array(ma)}</MACoefficients><Residuals>{array(residuals)}</Residuals></MA>"
    return parts


def arima(name, seed, transformation):
    rng = np.random.default_rng(seed)
    p, d, q = (int(rng.integers(0, 4)), int(rng.integers(0, 3)), int(rng.integers(1, 4)))
    P, D, Q, s = (int(rng.integers(0, 3)), int(rng.integers(0, 2)), int(rng.integers(0, 3)), int(rng.integers(2, 6)))
    phi, theta, seasonal_phi, seasonal_theta = rng.uniform(-0.3, 0.3, p), rng.uniform(-0.5, 0.5, q), rng.uniform(-0.3, 0.3, P), rng.uniform(-0.5, 0.5, Q)
    constant, rmse = round(float(rng.normal(0, 0.05)), 4), 0.1
    y = 30 + np.abs(np.cumsum(rng.normal(0.3, 1, 50)))
    change, back = {"none": (lambda v: v,) * 2, "logarithmic": (np.log, np.exp), "squareroot": (np.sqrt, np.square)}[transformation]
    left = np.convolve(spread(-phi), spread(-seasonal_phi, s))
    for step in [1] * d + [s] * D:
        left = np.convolve(left, spread([-1.0], step))
    right = np.convolve(spread(theta), spread(seasonal_theta, s))
    residuals = rng.normal(0, rmse, q + Q * s)
    mean = ahead(left, right, constant, change(y), residuals)
    error = rmse * np.sqrt(np.cumsum(weights(left, right) ** 2))
    body = f"""    <ARIMA RMSE="{rmse}" transformation="{transformation}" constantTerm="{constant}" predictionMethod="conditionalLeastSquares">
      <NonseasonalComponent p="{p}" d="{d}" q="{q}">{component(phi, theta, residuals[-q:])}</NonseasonalComponent>
      <SeasonalComponent P="{P}" D="{D}" Q="{Q}" period="{s}">{component(seasonal_phi, seasonal_theta, residuals)}</SeasonalComponent>
    </ARIMA>"""
    expected = []
    for m, e in zip(mean, error):
        row = {"y": float(back(m)), "low": float(back(m - Z * e)), "high": float(back(m + Z * e))}
        expected.append(row | {"se": float(e)} if transformation == "none" else row)
    assert transformation != "squareroot" or min(mean - Z * error) > 0
    write(f"orders_arima_{name}", FIELDS, series_model("ARIMA", y, body), ROWS, expected)


def garch(name, seed):
    rng = np.random.default_rng(seed)
    p, q, gp, gq = (int(n) for n in (rng.integers(0, 3), rng.integers(0, 3), rng.integers(0, 3), rng.integers(1, 4)))
    phi, theta, alpha, beta = rng.uniform(-0.4, 0.4, p), rng.uniform(-0.5, 0.5, q), rng.uniform(0.05, 0.2, gq), rng.uniform(0.1, 0.3, gp)
    constant, omega = round(float(rng.normal()), 3), 0.3
    y, residuals, variances = rng.normal(2, 1, 10), rng.normal(0, 1, max(q, gq)), rng.uniform(0.5, 2, gp)
    mean = ahead(spread(-phi), spread(theta), constant, y, residuals)
    squares, h = list(residuals ** 2), list(variances)
    for _ in range(HORIZON):
        h.append(omega + sum(a * squares[-1 - k] for k, a in enumerate(alpha)) + sum(b * h[-1 - k] for k, b in enumerate(beta)))
        squares.append(h[-1])
    psi = weights(spread(-phi), spread(theta))
    error = [float(np.sqrt(sum(psi[k] ** 2 * h[gp + n - k] for k in range(n + 1)))) for n in range(HORIZON)]
    moving = f"<MACoefficients>{array(theta)}</MACoefficients><Residuals>{array(residuals)}</Residuals>" if q else ""
    past = f"<PastVariances>{array(variances)}</PastVariances><MACoefficients>{array(beta)}</MACoefficients>" if gp else ""
    body = f"""    <GARCH>
      <ARMAPart constant="{constant}" p="{p}" q="{q}"><AR>{array(phi)}</AR><MA>{moving}</MA></ARMAPart>
      <GARCHPart constant="{omega}" gp="{gp}" gq="{gq}">
        <ResidualSquareCoefficients><Residuals>{array(residuals)}</Residuals><MACoefficients>{array(alpha)}</MACoefficients></ResidualSquareCoefficients>
        <VarianceCoefficients>{past}</VarianceCoefficients>
      </GARCHPart>
    </GARCH>"""
    expected = [{"y": float(m), "se": e, "low": float(m - Z * e), "high": float(m + Z * e)} for m, e in zip(mean, error)]
    write(f"orders_garch_{name}", FIELDS, series_model("GARCH", y, body, OUTPUTS), ROWS, expected)


if __name__ == "__main__":
    for i, transformation in enumerate(["none", "none", "none", "logarithmic", "logarithmic", "squareroot"]):
        arima(str(i + 1), 100 + i, transformation)
    for i in range(4):
        garch(str(i + 1), 300 + i)
