package sideinput_test

import (
	"fmt"

	"github.com/beam-pmml/beam-pmml/sideinput"
)

// Messages make a table; a reference and a time make a choice.
func ExampleTable_Resolve() {
	var msgs []sideinput.Message
	for _, record := range []string{
		`{"op":"UPDATE","model":"fraud","version":"4","uri":"fraud-4.pmml","at":"2026-11-02T00:00:00Z"}`,
		`{"op":"ADD","model":"fraud","version":"3","uri":"fraud-3.pmml","at":"2026-11-01T00:00:00Z"}`,
		`{"op":"DEL","model":"fraud","version":"4","at":"2026-11-03T00:00:00Z"}`,
	} {
		m, err := sideinput.ParseMessage([]byte(record), 0, false)
		if err != nil {
			fmt.Println(err)
			return
		}
		msgs = append(msgs, m)
	}
	table, _ := sideinput.NewTable().With(msgs, sideinput.Bounds{})

	for _, event := range []struct{ reference, time string }{
		{"fraud", "2026-10-31T23:59:59.999Z"},
		{"fraud", "2026-11-01T00:00:00Z"},
		{"fraud", "2026-11-02T12:00:00Z"},
		{"fraud", "2026-11-03T00:00:00Z"},
		{"fraud@4", "2026-11-03T00:00:00Z"},
		{sideinput.HashReference("fraud", "3"), "2026-11-03T00:00:00Z"},
	} {
		ref, _ := sideinput.ParseReference([]byte(event.reference))
		at, _ := sideinput.ParseTime(event.time)
		if r := table.Resolve(ref, at); r.Choice != nil {
			fmt.Println(event.reference, "is served by", r.Choice.URI)
		} else {
			fmt.Println(event.reference, "has no result:", r.Reason)
		}
	}
	// Output:
	// fraud has no result: unknown_model
	// fraud is served by fraud-3.pmml
	// fraud is served by fraud-4.pmml
	// fraud is served by fraud-3.pmml
	// fraud@4 has no result: deleted
	// #17414e7086f129d4 is served by fraud-3.pmml
}

// What is wrong with a record, where, and what to do about it.
func ExampleParseMessage() {
	_, err := sideinput.ParseMessage([]byte(`{"op":"ADD","model":"fraud","version":"3","uri":"f.pmml","at":"yesterday"}`), 0, false)
	fmt.Println(err)
	// Output:
	// "at" at byte 62: "yesterday" is not a time that ends in Z; write a time such as 2026-11-01T00:00:00Z or 2026-11-01T00:00:00.250Z
}
