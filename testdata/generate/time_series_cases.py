"""Writes testdata/engine/ts_*: time series models with forecasts by statsmodels, scipy and numpy.

    python time_series_cases.py            # from this folder

Folders as engine_cases.py writes them. Expected values come from another road than the engine's: exact least squares from the Gaussian conditional
expectation by the matrix of autocovariances, transfer functions and outliers from scipy.signal.lfilter, the rest from statsmodels' filters.
"""
import warnings

import numpy as np
from scipy import signal, stats
from statsmodels.tsa.arima_process import arma2ma, arma_acovf
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents
from statsmodels.tsa.statespace.varmax import VARMAX

from engine_cases import OUTPUTS, array, double, series_model, write

warnings.simplefilter("ignore")
FIELDS = [double("y"), double("h", kind="integer")]


def matrix(m):
    m = np.atleast_2d(m)
    rows = "\n".join(array(r) for r in m)
    return f'<Matrix nbRows="{m.shape[0]}" nbCols="{m.shape[1]}">\n{rows}\n</Matrix>'


def expand(factors):
    """Product of polynomials in the lag, coefficients from lag 0."""
    out = np.array([1.0])
    for f in factors:
        out = np.convolve(out, f)
    return out


def spread(c, s):
    out = np.zeros(len(c) * s + 1)
    out[0] = 1
    for i, x in enumerate(c):
        out[(i + 1) * s] = x
    return out


def rows_of(horizon, **more):
    return [{"h": h + 1, **{k: v[h] for k, v in more.items()}} for h in range(horizon)]


def normal(mean, se, back=lambda x: x):
    z = stats.norm.ppf(0.95)
    return [{"y": back(m), "se": s, "low": back(m - z * s), "high": back(m + z * s)} for m, s in zip(mean, se)]


def component(name, orders, ar, ma, residuals=None):
    attributes = " ".join(f'{k}="{v}"' for k, v in orders.items())
    out = f"<{name} {attributes}>"
    if len(ar):
        out += f"<AR>{array(ar)}</AR>"
    if len(ma):
        out += f"<MA><MACoefficients>{array(ma)}</MACoefficients>"
        if residuals is not None:
            out += f"<Residuals>{array(residuals)}</Residuals>"
        out += "</MA>"
    return out + f"</{name}>"


class Sarma:
    """A stationary seasonal ARMA around a mean, and its exact forecasts from a short series."""

    def __init__(self, phi, theta, sphi, stheta, s, sigma, mean):
        self.ar = expand([spread([-x for x in phi], 1), spread([-x for x in sphi], s)])
        self.ma = expand([spread(theta, 1), spread(stheta, s)])
        self.sigma, self.mean = sigma, mean
        self.constant = float(mean * self.ar.sum())

    def gamma(self, n):
        return arma_acovf(self.ar, self.ma, nobs=n, sigma2=1.0)

    def exact(self, w, horizon):
        n = len(w)
        g = self.gamma(n + horizon)
        cov = np.array([[g[abs(i - j)] for j in range(n)] for i in range(n)])
        weights = np.linalg.solve(cov, w - self.mean)
        return np.array([self.mean + np.array([g[n + h - i] for i in range(n)]) @ weights for h in range(horizon)])

    def se(self, horizon, difference=(1.0,)):
        psi = arma2ma(np.convolve(self.ar, difference), self.ma, lags=horizon)
        return self.sigma * np.sqrt(np.cumsum(psi**2))

    def state(self, w):
        """Predicted state one step after the end: Harvey's form, as statsmodels has it."""
        p, q = len(self.ar) - 1, len(self.ma) - 1
        model = SARIMAX(w - self.mean, order=(p, 0, q))
        result = model.filter(np.r_[-self.ar[1:], self.ma[1:], self.sigma**2])
        return result.predicted_state[:, -1]

    def innovations(self, w):
        """The innovations algorithm from its definition (Brockwell and Davis 5.2.3, 5.3.1): all of theta and nu, and predictions of the noise."""
        n, p, q = len(w), len(self.ar) - 1, len(self.ma) - 1
        m, noise, g = max(p, q), w - self.mean, self.gamma(n + 5)
        gma = [sum(self.ma[r] * self.ma[r + k] for r in range(q + 1 - k)) if k <= q else 0.0 for k in range(n + 2)]

        def kappa(i, j):  # from 1
            if i > j:
                i, j = j, i
            if j <= m:
                return g[j - i]
            if i <= m < j <= 2 * m:
                return g[j - i] + sum(self.ar[r] * g[abs(r - (j - i))] for r in range(1, p + 1))
            if i > m:
                return gma[j - i]
            return 0.0

        theta, nu, predicted = {}, [kappa(1, 1)], [0.0]
        for t in range(1, n):
            for k in range(t):
                x = kappa(t + 1, k + 1) - sum(theta[k, k - j] * theta[t, t - j] * nu[j] for j in range(k))
                theta[t, t - k] = x / nu[k]
            nu.append(kappa(t + 1, t + 1) - sum(theta[t, t - j] ** 2 * nu[j] for j in range(t)))
            past = sum(theta[t, j] * (noise[t - j] - predicted[t - j]) for j in range(1, (t if t < m else q) + 1))
            if t >= m:
                past -= sum(self.ar[i] * noise[t - i] for i in range(1, p + 1))
            predicted.append(past)
        return theta, np.array(nu), noise, np.array(predicted)


def exact_least_squares():
    rng = np.random.default_rng(21)
    horizon, s = 9, 4
    phi, theta, sphi, stheta, sigma = [0.5, -0.2], [0.6], [0.3], [0.5], 1.2
    model = Sarma(phi, theta, sphi, stheta, s, sigma, mean=3.0)
    w = 3 + rng.normal(0, 2, 14)
    y = 40 + np.cumsum(np.r_[0, w])  # so short that the filter is far from its steady state
    mean = y[-1] + np.cumsum(model.exact(w, horizon))
    expected = normal(mean, model.se(horizon, [1, -1]))

    def arima(d, state):
        parts = component("NonseasonalComponent", {"p": 2, "d": d, "q": 1}, phi, theta)
        parts += component("SeasonalComponent", {"P": 1, "D": 0, "Q": 1, "period": s}, sphi, stheta)
        return f'<ARIMA RMSE="{sigma}" constantTerm="{model.constant!r}" predictionMethod="exactLeastSquares">{parts}{state}</ARIMA>'

    def kalman(state, h=None):
        omega = matrix(np.zeros((len(state), len(state))))
        hv = f"<HVector>{array(h)}</HVector>" if h is not None else ""
        return ('<MaximumLikelihoodStat method="kalman"><KalmanState><FinalOmega>' + omega
                + f"</FinalOmega><FinalStateVector>{array(state)}</FinalStateVector>{hv}</KalmanState></MaximumLikelihoodStat>")

    harvey = model.state(w)
    write("ts_arima_kalman", FIELDS, series_model("ARIMA", y, arima(1, kalman(harvey))), rows_of(horizon), expected)
    # Akaike's form: the state has the forecasts of the noise themselves, and noise comes in by the psi weights.
    akaike = model.exact(w, len(harvey)) - model.mean
    body = arima(1, kalman(akaike, arma2ma(model.ar, model.ma, lags=len(harvey))))
    write("ts_arima_kalman_akaike", FIELDS, series_model("ARIMA", y, body), rows_of(horizon), expected)

    theta_all, nu, noise, predicted = model.innovations(w)
    n, q = len(w), len(model.ma) - 1
    cells = "".join(f'<Theta i="{i}" j="{j}" theta="{float(theta_all[i, j])!r}"/>' for i in range(n - q + 1, n) for j in range(1, q + 1) if (i, j) in theta_all)
    p = len(model.ar) - 1
    state = ('<MaximumLikelihoodStat method="thetaRecursion"><ThetaRecursionState>'
             f"<FinalNoise>{array(noise[-max(p, q):])}</FinalNoise><FinalPredictedNoise>{array(predicted[-q:])}</FinalPredictedNoise>"
             f"<FinalTheta>{cells}</FinalTheta><FinalNu>{array(nu[-q:])}</FinalNu></ThetaRecursionState></MaximumLikelihoodStat>")
    write("ts_arima_theta", FIELDS, series_model("ARIMA", y, arima(1, state)), rows_of(horizon), expected)
    # The same without differences, and without the series: the stored noise is all there is.
    body = series_model("ARIMA", y, arima(0, state))
    start, end = body.index("    <TimeSeries "), body.index("</TimeSeries>") + len("</TimeSeries>\n")
    write("ts_arima_theta_alone", FIELDS, body[:start] + body[end:], rows_of(horizon), normal(model.exact(w, horizon), model.se(horizon)))


def regressors():
    """y = v1 + v2 + ARIMA(1,1,0); v1 by scipy's filter, the noise's forecasts by statsmodels; and a regression alone as statsmodels' exog."""
    rng = np.random.default_rng(22)
    n, horizon, phi, sigma, s = 60, 6, 0.6, 0.8, 4
    x = rng.uniform(1, 9, n + horizon)
    u = rng.normal(2, 1, n + horizon)
    # (0.7 + 0.4 B)(1 - 0.3 B^4)(1 - B)(1 - B^4) B^2 / (1 - 0.5 B) of log x
    numerator = np.r_[0, 0, expand([[0.7, 0.4], spread([-0.3], s), [1, -1], spread([-1], s)])]
    lags = len(numerator) - 1
    lx = np.log(x)
    v1 = np.zeros(n + horizon)
    v1[lags:] = signal.lfilter([1], [1, -0.5], np.convolve(lx, numerator, "valid"))
    v2 = -1.5 * u
    z = np.cumsum(signal.lfilter([1], [1, -phi], rng.normal(0, sigma, n)))
    y = z + v1[:n] + v2[:n]
    forecast = SARIMAX(z, order=(1, 1, 0)).filter([phi, sigma**2]).get_forecast(horizon)
    se = sigma * np.sqrt(np.cumsum(arma2ma(expand([[1, -phi], [1, -1]]), [1], lags=horizon) ** 2))
    np.testing.assert_allclose(se, forecast.se_mean, rtol=1e-8)
    expected = normal(forecast.predicted_mean + v1[n:] + v2[n:], se)
    arma = component("NonseasonalComponent", {"p": 1, "d": 1, "q": 0}, [phi], [])
    arma += '<SeasonalComponent P="0" D="0" Q="0" period="4"/>'
    values = "".join(f'<TimeValue index="{i + 1}" value="{float(t)!r}"/>' for i, t in enumerate(x))
    past = "".join(f'<TimeValue index="{i + 1}" value="{float(t)!r}"/>' for i, t in enumerate(u[:n]))
    transfer = f"""<DynamicRegressor field="x" transformation="logarithmic" delay="2" futureValuesMethod="stored" targetField="y">
      <Numerator><NonseasonalFactor difference="1" maximumOrder="1">{array([0.7, 0.4])}</NonseasonalFactor>
      <SeasonalFactor difference="1" maximumOrder="1">{array([-0.3])}</SeasonalFactor></Numerator>
      <Denominator><NonseasonalFactor maximumOrder="1">{array([0.5])}</NonseasonalFactor></Denominator>
      <RegressorValues><TimeSeries>{values}</TimeSeries></RegressorValues></DynamicRegressor>"""
    plain = f"""<DynamicRegressor field="u" futureValuesMethod="userSupplied">
      <Numerator><NonseasonalFactor>{array([-1.5])}</NonseasonalFactor></Numerator>
      <RegressorValues><TimeSeries>{past}</TimeSeries></RegressorValues></DynamicRegressor>"""
    model = series_model("ARIMA", y, f'<ARIMA RMSE="{sigma}">{arma}{transfer}{plain}</ARIMA>')
    model = model.replace('<MiningField name="h"', '<MiningField name="u"/>\n      <MiningField name="h"')
    fields = FIELDS + [double("x"), double("u")]
    write("ts_arima_regressors", fields, model, rows_of(horizon, u=u[n:]), expected)

    # Constant and trend: what is to come of x is its last value, or a polynomial of the time.
    t = np.arange(n + 1, n + horizon + 1)
    for name, future, more in [("constant", np.full(horizon, x[n - 1]), ""), ("trend", 2 + 0.05 * t + 0.001 * t**2, "<TrendCoefficients><REAL-SparseArray n=\"3\"><Indices>1 2 3</Indices><REAL-Entries>2 0.05 0.001</REAL-Entries></REAL-SparseArray></TrendCoefficients>")]:
        whole = np.r_[x[:n], future]
        root = np.sqrt(whole)
        v = signal.lfilter([0.0, 0.7, 0.4], [1.0], root)
        exog = SARIMAX(z + v[:n], order=(1, 1, 0), exog=v[:n]).filter([1.0, phi, sigma**2]).get_forecast(horizon, exog=v[n:].reshape(-1, 1))
        values = "".join(f'<TimeValue index="{i + 1}" value="{float(a)!r}"/>' for i, a in enumerate(x[:n]))
        body = f"""<DynamicRegressor field="x" transformation="squareroot" delay="1" futureValuesMethod="{name}">
          <Numerator><NonseasonalFactor maximumOrder="1">{array([0.7, 0.4])}</NonseasonalFactor></Numerator>
          <RegressorValues><TimeSeries>{values}</TimeSeries>{more}</RegressorValues></DynamicRegressor>"""
        mean = np.asarray(exog.predicted_mean)
        write(f"ts_arima_regressor_{name}", fields, series_model("ARIMA", z + v[:n], f'<ARIMA RMSE="{sigma}">{arma}{body}</ARIMA>'), rows_of(horizon), normal(mean, se))


def outliers():
    """Effects as filters of an impulse: AO 1, LS 1/(1-B), TC 1/(1-dB), SA 1/(1-B^4), LT 1/(1-B)^2, IO theta/(phi (1-B))."""
    rng = np.random.default_rng(23)
    n, horizon, phi, sigma, s, start = 40, 6, 0.6, 0.8, 4, 1991
    z = np.cumsum(signal.lfilter([1], [1, -phi], rng.normal(0, sigma, n)))
    filters = {
        "additive": ([1], [1]), "level": ([1], [1, -1]), "transient": ([1], [1, -0.7]), "seasonalAdditive": ([1], [1, 0, 0, 0, -1]),
        "trend": ([1], [1, -2, 1]), "innovational": ([1], expand([[1, -phi], [1, -1]])),
    }
    places = {"additive": n - 2, "level": n, "transient": n - 1, "seasonalAdditive": n - 7, "trend": n - 1, "innovational": n + 1}
    effect, body = np.zeros(n + horizon), ""
    for i, (kind, (b, a)) in enumerate(filters.items()):
        impulse = np.zeros(n + horizon)
        impulse[places[kind]] = magnitude = 2.0 - 0.7 * i
        effect += signal.lfilter(b, a, impulse)
        damping = ' dampingCoefficient="0.7"' if kind == "transient" else ""
        body += f'<OutlierEffect type="{kind}" startTime="{start + places[kind]}" magnitude="{magnitude!r}"{damping}/>'
    forecast = SARIMAX(z, order=(1, 1, 0)).filter([phi, sigma**2]).get_forecast(horizon)
    arma = component("NonseasonalComponent", {"p": 1, "d": 1, "q": 0}, [phi], []) + f'<SeasonalComponent P="0" D="0" Q="0" period="{s}"/>'
    model = series_model("ARIMA", z + effect[:n], f'<ARIMA RMSE="{sigma}">{arma}{body}</ARIMA>')
    for i in range(n, 0, -1):
        model = model.replace(f'index="{i}" ', f'index="{start + i - 1}" ')
    se = sigma * np.sqrt(np.cumsum(arma2ma(expand([[1, -phi], [1, -1]]), [1], lags=horizon) ** 2))
    write("ts_arima_outliers", FIELDS, model, rows_of(horizon), normal(forecast.predicted_mean + effect[n:], se))


def smoothing():
    """Forecasts of Holt, Winters and Pegels by statsmodels, from the same state at the end of the series."""
    rng = np.random.default_rng(24)
    n, s, horizon = 48, 4, 7
    y = (30 + 0.8 * np.arange(n)) * np.tile([1.1, 0.9, 0.8, 1.2], n // s) * np.exp(rng.normal(0, 0.03, n))
    kinds = {"none": (None, False), "additive": ("add", False), "damped_additive": ("add", True), "multiplicative": ("mul", False), "damped_multiplicative": ("mul", True)}
    for trend, (kind, damped) in kinds.items():
        for seasonal in (None, "additive", "multiplicative"):
            transformation = {("additive", "additive"): "logarithmic", ("damped_additive", "additive"): "squareroot"}.get((trend, seasonal), "none")
            forward, back = {"none": (lambda v: v, lambda v: v), "logarithmic": (np.log, np.exp), "squareroot": (np.sqrt, np.square)}[transformation]
            model = ETSModel(forward(y), trend=kind, damped_trend=damped, seasonal=seasonal and seasonal[:3], seasonal_periods=s if seasonal else None)
            fit = model.fit(disp=0)
            phase = 3 if seasonal == "multiplicative" else None
            body = f'<Level alpha="{fit.smoothing_level}" smoothedValue="{float(fit.level[-1])!r}"/>'
            if kind:
                phi = f' phi="{float(fit.damping_trend)!r}"' if damped else ""
                slope = float(fit.slope[-1])
                body += f'<Trend_ExpoSmooth trend="{trend}" gamma="{fit.smoothing_trend}"{phi} smoothedValue="{slope!r}"/>'
            if seasonal:
                season = np.asarray(fit.season[-s:])
                at = ""
                if phase:  # the last point is the third of its season: the array begins with the one two before it
                    season, at = np.roll(season, phase), f' phase="{phase}"'
                body += f'<Seasonality_ExpoSmooth type="{seasonal}" period="{s}" unit="quarter"{at} delta="0.1">{array(season)}</Seasonality_ExpoSmooth>'
            expected = [{"y": v, "se": None} for v in back(fit.forecast(horizon))]
            name = f"ts_smoothing_{trend}" + (f"_{seasonal}" if seasonal else "")
            model = series_model("ExponentialSmoothing", y[-4:], f'<ExponentialSmoothing transformation="{transformation}">{body}</ExponentialSmoothing>')
            write(name, FIELDS, model, rows_of(horizon), expected)


def space(result, scale=1.0, more="", attributes="", covariance=None):
    ssm = result.model.ssm
    if covariance is None:
        covariance = result.predicted_state_cov[..., -1]
    selection, noise = ssm["selection"], ssm["state_cov"]
    added = selection @ noise @ selection.T
    return f"""<StateSpaceModel{attributes}>
    <StateVector>{array(result.predicted_state[:, -1])}</StateVector>
    <TransitionMatrix>{matrix(ssm["transition"])}</TransitionMatrix>
    <MeasurementMatrix>{matrix(ssm["design"])}</MeasurementMatrix>
    {more}
    <PredictedStateCovarianceMatrix>{matrix(covariance / scale)}</PredictedStateCovarianceMatrix>
    <SelectedStateCovarianceMatrix>{matrix(added / scale)}</SelectedStateCovarianceMatrix>
    <ObservationVarianceMatrix>{matrix(ssm["obs_cov"] / scale)}</ObservationVarianceMatrix>
    </StateSpaceModel>"""


def state_space():
    rng = np.random.default_rng(25)
    n, s, horizon = 40, 4, 8
    y = 20 + np.cumsum(rng.normal(0.1, 1, n)) + np.tile([2, -1, -3, 2], n // s)

    def expected(forecast):
        interval = np.asarray(forecast.conf_int(alpha=0.1))
        return [{"y": forecast.predicted_mean[h], "se": forecast.se_mean[h], "low": interval[h, 0], "high": interval[h, 1]} for h in range(horizon)]

    result = UnobservedComponents(y, "local linear trend", seasonal=s).filter([0.5, 0.3, 0.02, 0.1])
    write("ts_space_structural", FIELDS, series_model("StateSpaceModel", y, space(result)), rows_of(horizon), expected(result.get_forecast(horizon)))
    # In units of the noise's variance, with an intercept of the state, and a regressor as statsmodels' exog.
    sigma2 = 1.7
    u = rng.normal(0, 1, n + horizon)
    result = SARIMAX(y + 0.9 * u[:n], order=(1, 0, 1), seasonal_order=(1, 0, 0, s), trend="c", exog=u[:n]).filter([1.5, 0.9, 0.5, 0.3, 0.4, sigma2])
    intercept = np.asarray(result.model.ssm["state_intercept"]).reshape(result.model.k_states, -1)[:, 0]
    more = f'<InterceptVector type="state">{array(intercept)}</InterceptVector>'
    body = space(result, sigma2, more, f' variance="{sigma2}" period="none"')
    body = body.replace("</StateSpaceModel>", f'<DynamicRegressor field="u" futureValuesMethod="userSupplied"><Numerator><NonseasonalFactor>{array([0.9])}</NonseasonalFactor></Numerator></DynamicRegressor></StateSpaceModel>')
    model = series_model("StateSpaceModel", y, body).replace('<MiningField name="h"', '<MiningField name="u"/>\n      <MiningField name="h"')
    forecast = result.get_forecast(horizon, exog=u[n:].reshape(-1, 1))
    write("ts_space_regressor", FIELDS + [double("u")], model, rows_of(horizon, u=u[n:]), expected(forecast))
    # As R's exporter writes an arima: the state of the next point, the covariances of the last, all in units of the noise's variance.
    result = SARIMAX(y[:14] - 20, order=(2, 0, 2)).filter([0.5, 0.2, 0.4, -0.3, sigma2])
    more = f'<InterceptVector type="observation">{array([20.0])}</InterceptVector>'
    body = space(result, sigma2, more, f' variance="{sigma2}"', result.filtered_state_cov[..., -1])
    shifted = [{"y": e["y"] + 20, "se": e["se"], "low": e["low"] + 20, "high": e["high"] + 20} for e in expected(result.get_forecast(horizon))]
    write("ts_space_filtered", FIELDS, series_model("StateSpaceModel", y[:14], body), rows_of(horizon), shifted)
    # Akaike's form with PsiVector: the noise of one step comes in by the psi weights.
    ar, ma = np.array([1, -0.6, 0.2]), np.array([1, 0.4, 0.3])
    psi = arma2ma(ar, ma, lags=horizon)
    state = np.array([1.3, -0.4, 0.9])
    transition = np.array([[0, 1, 0], [0, 0, 1], [0, -0.2, 0.6]])
    body = f"""<StateSpaceModel variance="{sigma2}" intercept="5">
    <StateVector>{array(state)}</StateVector><TransitionMatrix>{matrix(transition)}</TransitionMatrix>
    <MeasurementMatrix>{matrix([[1.0, 0, 0]])}</MeasurementMatrix><PsiVector targetField="y">{array(psi[:3])}</PsiVector></StateSpaceModel>"""
    means = list(state)
    while len(means) < horizon:
        means.append(0.6 * means[-1] - 0.2 * means[-2])
    write("ts_space_psi", FIELDS, series_model("StateSpaceModel", y, body), rows_of(horizon), normal(5 + np.array(means), np.sqrt(sigma2 * np.cumsum(psi**2))))
    # Two series at once.
    both = np.column_stack([y, 0.5 * y + rng.normal(0, 1, n)])
    model = VARMAX(both, order=(1, 0), trend="n")
    result = model.filter([0.7, 0.1, 0.2, 0.5, 1.1, 0.3, 0.8])
    forecast = result.get_forecast(horizon)
    mean, cov = np.asarray(forecast.predicted_mean), np.asarray(forecast.se_mean)
    document = series_model("StateSpaceModel", y, space(result), OUTPUTS.replace("    </Output>", '      <OutputField name="se2" optype="continuous" dataType="double" feature="standardError" targetField="y2"/>\n    </Output>'))
    document = document.replace('<MiningField name="h"', '<MiningField name="y2" usageType="target"/>\n      <MiningField name="h"')
    write("ts_space_two", FIELDS + [double("y2")], document, rows_of(horizon),
          [{"y": mean[h, 0], "y2": mean[h, 1], "se": cov[h, 0], "se2": cov[h, 1]} for h in range(horizon)])


if __name__ == "__main__":
    exact_least_squares()
    regressors()
    outliers()
    smoothing()
    state_space()
