package function

import "testing"

func TestComparisons(t *testing.T) {
	run(t, []test{
		{"equal", args(1, 1.0), true}, {"equal", args(1, 2), false}, {"equal", args("a", "a"), true}, {"equal", args("1.0", 1), true}, {"equal", args("x", 1), false}, {"equal", args(true, 1), true},
		{"equal", args(date("2020-02-29"), date("2020-02-29")), true}, {"equal", args(date("2020-02-29"), 1), false},
		{"notEqual", args(1, 1.0), false}, {"notEqual", args(1, 2), true}, {"notEqual", args(nan, nan), true}, {"equal", args(nan, nan), false},
		{"lessThan", args(1, 1.5), true}, {"lessThan", args(2, 2), false}, {"lessOrEqual", args(2, 2.0), true}, {"lessOrEqual", args(3, 2), false},
		{"greaterThan", args(3, 2), true}, {"greaterThan", args(2, 2), false}, {"greaterOrEqual", args(2, 2), true}, {"greaterOrEqual", args(1, 2), false},
		{"lessThan", args("a", "b"), true}, {"lessThan", args("9", 10), true}, {"lessThan", args("x", 1), bad{}}, {"lessThan", args(clock("09:00:00"), clock("10:00:00")), true}, {"lessThan", args(clock("09:00:00"), 1), bad{}},
		{"lessThan", args(nan, 1), false}, {"greaterOrEqual", args(nan, 1), false},
		{"equal", args(nil, 1), nil}, {"notEqual", args(1, nil), nil}, {"lessThan", args(nil, nil), nil}, {"greaterThan", args(nil, bad{}), nil},
		{"equal", args(bad{}, 1), bad{}}, {"notEqual", args(1, bad{}), bad{}}, {"lessThan", args(bad{}, 1), bad{}},
	})
}

func TestMembership(t *testing.T) {
	run(t, []test{
		{"isIn", args(2, 1, 2, 3), true}, {"isIn", args(4, 1, 2, 3), false}, {"isIn", args(2, 1.0, 2.0), true}, {"isIn", args("a", "b", "a"), true},
		{"isNotIn", args(2, 1, 2, 3), false}, {"isNotIn", args(4, 1, 2, 3), true},
		{"isIn", args(nil, 1), false}, {"isNotIn", args(nil, 1), true}, {"isIn", args(nil, 1, nil), true}, {"isNotIn", args(nil, nil), false}, {"isIn", args(1, nil), false},
		{"isIn", args(2, list{1, 2}), true}, {"isIn", args(3, list{1, 2}), false}, {"isNotIn", args(3, list{1, 2}, 3), false},
		{"isIn", args(bad{}, 1), bad{}}, {"isNotIn", args(bad{}, 1), bad{}}, {"isIn", args(1, bad{}), false},
	})
}

func TestLogic(t *testing.T) {
	run(t, []test{
		{"and", args(true, true), true}, {"and", args(true, false), false}, {"and", args(false, nil), false}, {"and", args(nil, false), false}, {"and", args(true, nil), nil}, {"and", args(nil, nil), nil},
		{"and", args(true, true, false), false}, {"and", args(bad{}, true), bad{}}, {"and", args(bad{}, false), false}, {"and", args(nil, bad{}), bad{}},
		{"or", args(false, false), false}, {"or", args(true, false), true}, {"or", args(true, nil), true}, {"or", args(nil, true), true}, {"or", args(false, nil), nil}, {"or", args(bad{}, true), true}, {"or", args(bad{}, nil), bad{}},
		{"not", args(true), false}, {"not", args(false), true}, {"not", args(nil), nil}, {"not", args(bad{}), bad{}}, {"not", args("x"), bad{}}, {"not", args("true"), false},
		{"if", args(true, 1, 2), 1}, {"if", args(false, 1, 2), 2}, {"if", args(true, 1), 1}, {"if", args(false, 1), nil}, {"if", args(nil, 1, 2), nil}, {"if", args(bad{}, 1, 2), bad{}}, {"if", args(1, "a", 2), "a"},
		{"if", args(true, nil, 2), nil}, {"if", args(2, 1, 2), bad{}},
		{"isMissing", args(nil), true}, {"isMissing", args(1), false}, {"isMissing", args(bad{}), false}, {"isNotMissing", args(nil), false}, {"isNotMissing", args(1), true}, {"isNotMissing", args(bad{}), true},
		{"isValid", args(1), true}, {"isValid", args(bad{}), false}, {"isValid", args(nil), false}, {"isNotValid", args(1), false}, {"isNotValid", args(bad{}), true}, {"isNotValid", args(nil), false},
	})
}
