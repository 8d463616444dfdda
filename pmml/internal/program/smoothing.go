package program

import "math"

// Smoothing goes on from the state of exponential smoothing at the end of the series.
type Smoothing struct {
	Level, Slope, Damping float64
	Trend, Seasonal       string
	Season                []float64
	Phase                 int // place of the last point in its season, from 1; 0: the next point is the first
	RMSE                  float64
}

// Forecast adds the trend, damped step by step, and the season.
func (s *Smoothing) Forecast(_ *Frame, b *seriesBuffer, h int) bool {
	steps, factor := 0.0, 1.0
	for range h {
		if s.Trend == "damped_additive" || s.Trend == "damped_multiplicative" {
			factor *= s.Damping
		}
		steps += factor
	}
	mean, deviation := s.Level, s.RMSE
	switch s.Trend {
	case "additive", "damped_additive":
		mean += steps * s.Slope
	case "multiplicative", "damped_multiplicative":
		mean *= math.Pow(s.Slope, steps)
	}
	if s.Seasonal != "" {
		season := s.Season[(s.Phase+h-1)%len(s.Season)]
		if s.Seasonal == "additive" {
			mean += season
		} else {
			mean *= season
		}
	}
	if h > 1 { // of further steps the document does not tell
		deviation = math.NaN()
	}
	b.points[0].mean, b.points[0].deviation = mean, deviation
	return true
}

// Bytes is the memory of the season.
func (s *Smoothing) Bytes() int64 { return bytesOf(s.Season) }
