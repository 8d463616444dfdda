package keygroup

import "testing"

// The groups are those of Beam 2.70 on Flink 1.19.3: KeyGroupRangeAssignment.assignToKeyGroup(FlinkKey.of(key, coder), groups).
func TestGroupsAreThoseOfTheRunner(t *testing.T) {
	for _, c := range []struct {
		key           string
		of128, of4096 int // of4096 0: not looked up
	}{
		{"\x00", 46, 2862}, {"\x01", 122, 1530}, {"\x0f", 33, 3617}, {"\x10", 13, 269}, {"\x7f", 62, 62}, // VarLongCoder: 0, 1, 15, 16, 127
		{"\x80\x01", 14, 1166}, {"\xac\x02", 31, 2591}, {"\xff\x7f", 45, 2221}, {"\x80\x80\x01", 121, 889}, {"\x95\x9a\xef\x3a", 69, 2117}, // 128, 300, 16383, 16384, 123456789
		{"\x01a", 119, 0}, {"\x1flane of more than sixteen bytes", 26, 0}, // LengthPrefixCoder of bytes
	} {
		if got := Of([]byte(c.key), 128); got != c.of128 {
			t.Errorf("%q is in group %d of 128, in Flink in %d", c.key, got, c.of128)
		}
		if got := Of([]byte(c.key), 4096); c.of4096 != 0 && got != c.of4096 {
			t.Errorf("%q is in group %d of 4096, in Flink in %d", c.key, got, c.of4096)
		}
	}
}
