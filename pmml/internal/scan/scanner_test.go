package scan

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tokens writes a document's tokens one a line, in a form that tests can state: {space}name attr="value" for Start.
func tokens(t *testing.T, doc string, lim Limits) ([]string, error) {
	t.Helper()
	s := New([]byte(doc), lim)
	var out []string
	for {
		kind, err := s.Next()
		if err != nil {
			return out, err
		}
		switch kind {
		case Start:
			line := "<" + qualified(s.Space(), s.Name())
			for _, a := range s.Attrs() {
				line += fmt.Sprintf(" %s=%q", qualified(a.Space, a.Name), a.Value)
			}
			out = append(out, line)
		case End:
			out = append(out, "</"+qualified(s.Space(), s.Name()))
		case Text:
			blank := ""
			if s.Blank() {
				blank = " blank"
			}
			out = append(out, fmt.Sprintf("%q%s", s.Text(), blank))
		case EOF:
			return out, nil
		}
	}
}

func qualified(space string, name []byte) string {
	if space == "" {
		return string(name)
	}
	return "{" + space + "}" + string(name)
}

func TestTokens(t *testing.T) {
	for _, test := range []struct {
		name, doc string
		want      []string
	}{
		{"one element", `<a/>`, []string{"<a", "</a"}},
		{"start and end tag", `<a></a>`, []string{"<a", "</a"}},
		{"white space in tags", "<a\n\tx = '1'\r\n/>", []string{`<a x="1"`, "</a"}},
		{"white space in an end tag", "<a></a \n>", []string{"<a", "</a"}},
		{"both quotes", `<a x="'" y='"'/>`, []string{`<a x="'" y="\""`, "</a"}},
		{"empty value", `<a x=""/>`, []string{`<a x=""`, "</a"}},
		{"> in text and values", `<a x=">">]>]]</a>`, []string{`<a x=">"`, `"]>]]"`, "</a"}},
		{"text", `<a> 1 2 </a>`, []string{"<a", `" 1 2 "`, "</a"}},
		{"blank text", "<a> \n\t</a>", []string{"<a", `" \n\t" blank`, "</a"}},
		{"nested", `<a><b>1</b><c/>2</a>`, []string{"<a", "<b", `"1"`, "</b", "<c", "</c", `"2"`, "</a"}},
		{"a name that begins like its parent's", `<Node><Nodes/></Node>`, []string{"<Node", "<Nodes", "</Nodes", "</Node"}},

		{"predefined entities in text", `<a>&lt;&gt;&amp;&quot;&apos;</a>`, []string{"<a", `"<>&\"'"`, "</a"}},
		{"predefined entities in a value", `<a x="a&lt;b&gt;c&amp;d&quot;e&apos;f"/>`, []string{`<a x="a<b>c&d\"e'f"`, "</a"}},
		{"an entity is not opened twice", `<a>&amp;lt;</a>`, []string{"<a", `"&lt;"`, "</a"}},
		{"character references", `<a x="&#65;&#x42;">&#x1F600;&#xe9;&#10;</a>`, []string{`<a x="AB"`, `"😀é\n"`, "</a"}},
		{"leading zeros in a reference", `<a>&#0000000000065;</a>`, []string{"<a", `"A"`, "</a"}},
		{"referenced white space is blank", `<a>&#32;</a>`, []string{"<a", `" " blank`, "</a"}},
		{"several unescaped values", `<a x="&lt;" y="&gt;&gt;" z="&amp;"/>`, []string{`<a x="<" y=">>" z="&"`, "</a"}},

		{"line ends in text", "<a>1\r\n2\r3\n4</a>", []string{"<a", `"1\n2\n3\n4"`, "</a"}},
		{"line ends in CDATA", "<a><![CDATA[1\r\n2\r3]]></a>", []string{"<a", `"1\n2\n3"`, "</a"}},
		{"a line end before CDATA", "<a>\r<![CDATA[\n]]></a>", []string{"<a", `"\n\n" blank`, "</a"}},
		{"a referenced line end stays", "<a>&#13;\n</a>", []string{"<a", `"\r\n" blank`, "</a"}},
		{"white space in a value becomes blanks", "<a x='1\t2\n3\r\n4\r5&#10;6'/>", []string{`<a x="1 2 3 4 5\n6"`, "</a"}},

		{"CDATA", `<a><![CDATA[<b>&amp;]]]></a>`, []string{"<a", `"<b>&amp;]"`, "</a"}},
		{"CDATA joins the text around it", `<a>1<![CDATA[2]]>3</a>`, []string{"<a", `"123"`, "</a"}},
		{"an empty CDATA section is nothing", `<a><![CDATA[]]></a>`, []string{"<a", "</a"}},
		{"comments are passed over", `<a><!-- <b> & - -->1<!--x-->2<!----></a>`, []string{"<a", `"12"`, "</a"}},
		{"instructions are passed over", `<a><?p <b> & ?>1<?p?>2</a>`, []string{"<a", `"12"`, "</a"}},
		{"prolog and what follows the root", "<?xml version='1.0' encoding=\"UTF-8\" standalone='no' ?>\n<!--c--><?p?>\n<a/>\n<!--c--><?p?>\n", []string{"<a", "</a"}},

		{"default namespace", `<a xmlns="u"><b x="1"/></a>`, []string{"<{u}a", `<{u}b x="1"`, "</{u}b", "</{u}a"}},
		{"default namespace undone", `<a xmlns="u"><b xmlns=""><c/></b></a>`, []string{"<{u}a", "<b", "<c", "</c", "</b", "</{u}a"}},
		{"prefixes", `<p:a xmlns:p="u" p:x="1" x="2"><b/></p:a>`, []string{`<{u}a {u}x="1" x="2"`, "<b", "</b", "</{u}a"}},
		{"a declaration after its use", `<p:a p:x="1" xmlns:p="u"/>`, []string{`<{u}a {u}x="1"`, "</{u}a"}},
		{"a declaration ends with its element", `<p:a xmlns:p="u"><p:b xmlns:p="v"/><p:c/></p:a>`, []string{"<{u}a", "<{v}b", "</{v}b", "<{u}c", "</{u}c", "</{u}a"}},
		{"the prefix xml", `<a xml:lang="en"/>`, []string{`<a {http://www.w3.org/XML/1998/namespace}lang="en"`, "</a"}},
		{"names that begin with xmlns", `<a xmlnsx="1"/>`, []string{`<a xmlnsx="1"`, "</a"}},
		{"references in a namespace name", `<a xmlns="u&amp;v"/>`, []string{"<{u&v}a", "</{u&v}a"}},

		{"names of many characters", `<größe.1-a_b Ä="é"/>`, []string{`<größe.1-a_b Ä="é"`, "</größe.1-a_b"}},
		{"a name with a combining character", "<e\u0301/>", []string{"<e\u0301", "</e\u0301"}},
		{"text of many characters", "<a>日本\U0001F600\uFFFD</a>", []string{"<a", "\"日本\U0001F600\uFFFD\"", "</a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := tokens(t, test.doc, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("tokens (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name, doc string
		place     string
		message   string
	}{
		{"nothing", "", "1:1", "no root element"},
		{"white space only", " \n ", "2:2", "no root element"},
		{"text only", "hello", "1:1", "text before the root"},
		{"text before", "x<a/>", "1:1", "text before the root"},
		{"text after", "<a/>\nx", "2:1", "text after the root"},
		{"a reference outside the root", "<a/>&#32;", "1:5", "text after the root"},
		{"CDATA outside the root", "<![CDATA[]]><a/>", "1:1", "expected a comment"},
		{"two roots", "<a/><b/>", "1:5", "second root"},
		{"end tag first", "</a>", "1:1", "without a start tag"},
		{"end tag after the root", "<a/></a>", "1:5", "without a start tag"},
		{"root not closed", "<a>\n<b/>", "2:5", "the document ends before </a>, opened at line 1"},
		{"document ends in text", "<a>x", "1:5", "ends before </a>"},
		{"document ends in an end tag", "<ab></a", "1:8", "ends before </ab>"},
		{"document ends in a tag", "<a x='1' ", "1:10", "ends within the tag <a>"},
		{"document ends in a value", "<a x='1", "1:8", "ends within the value of x"},
		{"document ends after <", "<", "1:2", "expected a name"},
		{"wrong end tag", "<a><b>\n</a>", "2:1", "</a> does not close <b>, opened at line 1"},
		{"an end tag that goes on", "<a></ab>", "1:4", "</ab> does not close <a>"},
		{"an end tag with another prefix", "<a xmlns='u' xmlns:p='u'></p:a>", "1:26", "</p:a> does not close <a>"},
		{"an end tag with attributes", "<a></a x='1'>", "1:8", "expected >"},

		{"attribute twice", "<a x='1' x='2'/>", "1:10", "x is given twice"},
		{"attribute twice by namespace", "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", "1:36", "x is given twice"},
		{"attribute without value", "<a x/>", "1:5", "expected ="},
		{"attribute without quotes", "<a x=1/>", "1:6", "not in quotes"},
		{"attributes without space", "<a x='1'y='2'/>", "1:9", "expected white space"},
		{"< in a value", "<a x='<'/>", "1:7", "< within the value"},
		{"& in a value", "<a x='a & b'/>", "1:9", "& must begin a reference"},
		{"a slash in a tag", "<a / >", "1:4", "expected a name"},
		{"space before a name", "< a/>", "1:2", "expected a name"},
		{"a name that begins with a digit", "<1a/>", "1:2", "cannot begin"},
		{"a name that begins with a combining character", "<\u0301/>", "1:2", "U+0301 cannot stand here"},
		{"a name with a symbol", "<a\u00d7/>", "1:3", "U+00D7 cannot stand here"},

		{"unknown entity", "<a>&nbsp;</a>", "1:4", "entity &nbsp; is not defined"},
		{"reference without end", "<a>&amp</a>", "1:4", "& must begin a reference"},
		{"reference without name", "<a>&;</a>", "1:4", "& must begin a reference"},
		{"empty character reference", "<a>&#;</a>", "1:4", "damaged character reference"},
		{"empty hexadecimal reference", "<a>&#x;</a>", "1:4", "damaged character reference"},
		{"a capital X", "<a>&#X41;</a>", "1:4", "damaged character reference"},
		{"hexadecimal digits in a decimal reference", "<a>&#4A;</a>", "1:4", "damaged character reference"},
		{"reference to a control character", "<a>&#1;</a>", "1:4", "&#1; is not a character"},
		{"reference to half a pair", "<a>&#xD800;</a>", "1:4", "is not a character"},
		{"reference beyond Unicode", "<a>&#99999999999999999999;</a>", "1:4", "is not a character"},
		{"]]> in text", "<a>]]></a>", "1:4", "]]> outside"},
		{"]]> at the end of a text", "<a>1 ]]]></a>", "1:7", "]]> outside"},

		{"control character in text", "<a>1\x01</a>", "1:5", "U+0001 is not allowed"},
		{"NUL in text", "<a>\x00</a>", "1:4", "U+0000 is not allowed"},
		{"control character in a value", "<a x='\x1f'/>", "1:7", "U+001F is not allowed"},
		{"control character in a comment", "<a><!--\x02--></a>", "1:8", "U+0002 is not allowed"},
		{"control character in CDATA", "<a><![CDATA[\x02]]></a>", "1:13", "U+0002 is not allowed"},
		{"control character in an instruction", "<a><?p \x02?></a>", "1:8", "U+0002 is not allowed"},
		{"noncharacter", "<a>é\uFFFE</a>", "1:5", "U+FFFE is not allowed"},
		{"bytes that are not UTF-8", "<a>\n\xe9</a>", "2:1", "byte 0xE9 is not UTF-8"},
		{"bytes that are not UTF-8 in a comment", "<a><!--\xff--></a>", "1:8", "byte 0xFF is not UTF-8"},
		{"half a character at the end", "<a/>\n\xc3", "2:1", "byte 0xC3 is not UTF-8"},
		{"a surrogate as UTF-8", "<a>\xed\xa0\x80</a>", "1:4", "byte 0xED is not UTF-8"},

		{"-- in a comment", "<a><!-- -- --></a>", "1:9", "-- within a comment"},
		{"a comment that ends with --->", "<a><!-- ---></a>", "1:9", "-- within a comment"},
		{"comment without end", "<a><!-- </a>", "1:4", "comment without end"},
		{"CDATA without end", "<a><![CDATA[ </a>", "1:4", "CDATA section without end"},
		{"instruction without end", "<a><?p </a>", "1:4", "processing instruction without end"},
		{"instruction without target", "<a><? p?></a>", "1:6", "expected a name"},

		{"DOCTYPE", "<!DOCTYPE a><a/>", "1:1", "DOCTYPE"},
		{"DOCTYPE with entities", "<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "2:1", "DOCTYPE"},
		{"a declaration inside", "<a><!ELEMENT a ANY></a>", "1:4", "expected a comment"},

		{"undeclared prefix of an element", "<p:a/>", "1:2", "prefix p is not declared"},
		{"undeclared prefix of an attribute", "<a p:x='1'/>", "1:4", "prefix p is not declared"},
		{"prefix out of its scope", "<a><b xmlns:p='u'/><p:c/></a>", "1:21", "prefix p is not declared"},
		{"prefix twice", "<a xmlns:p='u' xmlns:p='v'/>", "1:16", "xmlns:p is declared twice"},
		{"default namespace twice", "<a xmlns='u' xmlns='v'/>", "1:14", "xmlns is declared twice"},
		{"prefix without namespace", "<a xmlns:p=''/>", "1:4", "declared without a namespace"},
		{"the prefix xmlns", "<a xmlns:xmlns='u'/>", "1:4", "xmlns cannot be declared"},
		{"the prefix xml as another", "<a xmlns:xml='u'/>", "1:4", "belong together"},
		{"another prefix as xml", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "1:4", "belong together"},
		{"two colons", "<p:q:a/>", "1:5", "more than one colon"},
		{"a colon at the end", "<p:/>", "1:2", "one side of its colon"},
		{"a colon at the beginning", "<:a/>", "1:2", "one side of its colon"},

		{"declaration not at the beginning", "\n<?xml version='1.0'?><a/>", "2:1", "very beginning"},
		{"declaration inside", "<a><?XML?></a>", "1:4", "very beginning"},
		{"declaration without version", "<?xml encoding='UTF-8'?><a/>", "1:23", "no version"},
		{"XML 1.1", "<?xml version='1.1'?><a/>", "1:16", "version 1.1 is not supported"},
		{"declaration out of order", "<?xml version='1.0' standalone='no' encoding='UTF-8'?><a/>", "1:37", "damaged XML declaration"},
		{"version twice", "<?xml version='1.0' version='1.0'?><a/>", "1:21", "damaged XML declaration"},
		{"standalone maybe", "<?xml version='1.0' standalone='maybe'?><a/>", "1:33", "neither yes nor no"},
		{"declaration without end", "<?xml version='1.0'", "1:20", "damaged XML declaration"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := tokens(t, test.doc, Limits{})
			if err == nil {
				t.Fatalf("accepted: %q", got)
			}
			text := err.Error()
			if !strings.Contains(text, test.message) || !strings.HasSuffix(text, "("+test.place+")") {
				t.Errorf("error %q, want %q at %s", text, test.message, test.place)
			}
		})
	}
}

func TestErrorStays(t *testing.T) {
	s := New([]byte("<a></b>"), Limits{})
	if _, err := s.Next(); err != nil {
		t.Fatal(err)
	}
	_, first := s.Next()
	_, second := s.Next()
	if first == nil || !errors.Is(second, first) {
		t.Errorf("first %v, then %v", first, second)
	}
}

func TestLimits(t *testing.T) {
	long := strings.Repeat("x", 11)
	for _, test := range []struct {
		name, good, bad string
		lim             Limits
		message         string
	}{
		{"depth", "<a><b/><b/></a>", "<a><b><c/></b></a>", Limits{Depth: 2}, "deeper than 2"},
		{"attributes", "<a x='' y=''/>", "<a x='' y='' z=''/>", Limits{Attributes: 2}, "more than 2 attributes"},
		{"declarations count as attributes", "<a xmlns='u' y=''/>", "<a xmlns='u' y='' z=''/>", Limits{Attributes: 2}, "more than 2 attributes"},
		{"element name", "<x/>", "<" + long + "/>", Limits{Name: 10}, "longer than 10"},
		{"attribute name", "<x a=''/>", "<x " + long + "=''/>", Limits{Name: 10}, "longer than 10"},
		{"text", "<a>0123456789</a>", "<a>" + long + "</a>", Limits{Token: 10}, "longer than 10"},
		{"text of pieces", "<a>&lt;<!---->23456789</a>", "<a>&lt;" + long + "</a>", Limits{Token: 10}, "longer than 10"},
		{"CDATA", "<a><![CDATA[0123456789]]></a>", "<a><![CDATA[" + long + "]]></a>", Limits{Token: 10}, "longer than 10"},
		{"value", "<a x='0123456789'/>", "<a x='" + long + "'/>", Limits{Token: 10}, "longer than 10"},
		{"plain value", `<a x="0123456789"/>`, `<a x="` + long + `"/>`, Limits{Token: 10}, "longer than 10"},
		{"unescaped value", "<a x='&lt;123456789'/>", "<a x='&lt;" + long + "'/>", Limits{Token: 10}, "longer than 10"},
		{"namespaces", "<a xmlns:p='u'><b xmlns:q='u'/><b xmlns:q='u'/></a>", "<a xmlns:p='u'><b xmlns:q='u'><c xmlns:r='u'/></b></a>", Limits{Namespaces: 2}, "more than 2 namespace"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := tokens(t, test.good, test.lim); err != nil {
				t.Errorf("at the limit: %v", err)
			}
			if _, err := tokens(t, test.bad, test.lim); err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("beyond the limit: %v", err)
			}
		})
	}
}

// A hundred thousand open elements must be refused by the default limits, at once.
func TestDeepDocument(t *testing.T) {
	_, err := tokens(t, strings.Repeat("<a>", 100_000), Limits{})
	if err == nil || !strings.Contains(err.Error(), "deeper than 1000 (1:3001)") {
		t.Error(err)
	}
}

func TestSkip(t *testing.T) {
	s := New([]byte("<a><b><c><b/>1</c></b><d/></a>"), Limits{})
	next := func(kind Kind, name string, depth int) {
		t.Helper()
		got, err := s.Next()
		if err != nil || got != kind || string(s.Name()) != name || s.Depth() != depth {
			t.Fatalf("%v %s at depth %d, %v; want %v %s at %d", got, s.Name(), s.Depth(), err, kind, name, depth)
		}
	}
	next(Start, "a", 1)
	next(Start, "b", 2)
	if err := s.Skip(); err != nil || string(s.Name()) != "b" || s.Depth() != 1 {
		t.Fatalf("after Skip: %s at depth %d, %v", s.Name(), s.Depth(), err)
	}
	next(Start, "d", 2)
	if err := s.Skip(); err != nil {
		t.Fatal(err)
	}
	next(End, "a", 0)

	s = New([]byte("<a><b>&no;</b></a>"), Limits{})
	next(Start, "a", 1)
	if err := s.Skip(); err == nil {
		t.Error("Skip passed over a fault")
	}
}

func TestOffsetsAndPositions(t *testing.T) {
	doc := "<a>\n\té<b x='1'\n  y='2'/>text</a>"
	s := New([]byte(doc), Limits{})
	var got []string
	place := func(what string, offset int) {
		line, column := s.Position(offset)
		got = append(got, fmt.Sprintf("%s %d %d:%d", what, offset, line, column))
	}
	for {
		kind, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		place(kind.String(), s.Offset())
		if kind == EOF {
			break
		}
		if kind == Start {
			for _, a := range s.Attrs() {
				place(string(a.Name), a.Offset)
			}
		}
	}
	place("back", 0)
	place("beyond", 1000)
	want := []string{
		"Start 0 1:1", "Text 3 1:4", "Start 7 2:3", "x 10 2:6", "y 18 3:3", "End 23 3:8", "Text 25 3:10", "End 29 3:14", "EOF 33 3:18",
		"back 0 1:1", "beyond 1000 3:18",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

// The buffers of a Scanner grow at first; after that a token must cost no allocation, whether it has to be unescaped or not.
func TestNoAllocationPerToken(t *testing.T) {
	one := `<n a="1" b="&lt;2" p:c="x'y">text &amp; <![CDATA[more]]> text<m xmlns:q="u" xmlns="v"/></n>` + "\n"
	allocations := func(times int) float64 {
		doc := []byte(`<p:r xmlns:p="u">` + strings.Repeat(one, times) + `</p:r>`)
		return testing.AllocsPerRun(5, func() {
			s := New(doc, Limits{})
			for {
				kind, err := s.Next()
				if err != nil {
					t.Fatal(err)
				}
				if kind == EOF {
					return
				}
			}
		})
	}
	if few, many := allocations(10), allocations(1000); few != many {
		t.Errorf("%v allocations for 10 elements, %v for 1000", few, many)
	}
}
