package main

import "bytes"

// firstLines are some of a list, as an error shows them.
func firstLines(lines []string, n int) string {
	var text string
	for _, l := range lines[:min(n, len(lines))] {
		text += "          " + l[:min(len(l), 300)] + "\n"
	}
	return text[:max(len(text)-1, 0)]
}

// lastBytes is as much of a text as an error quotes.
func lastBytes(b []byte) []byte { return b[max(0, len(b)-3000):] }

// splitLines returns the lines without their ends, blank ones left out.
func splitLines(data []byte) (lines [][]byte) {
	for line := range bytes.Lines(data) {
		if line = bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(line)) > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}
