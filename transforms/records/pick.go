package records

// Pick returns a block of some records of b, in the order of list, which must rise. It has bytes of its own, so that it
// is no larger than what it holds.
func (b *Block) Pick(list []int32) Block {
	bytes := 0
	for _, i := range list {
		r := &b.Records[i]
		bytes += int(r.End-r.Begin) + r.apart(r.Ref) + r.apart(r.ID) + r.apart(r.Split)
	}
	part := Block{Source: b.Source, Header: b.Header, Table: b.Table, Partition: b.Partition,
		Buf: make([]byte, 0, bytes), Records: make([]Record, len(list))}
	for n, i := range list {
		from, r := &b.Records[i], b.Records[i]
		r.Begin = uint32(len(part.Buf))
		part.Buf = append(part.Buf, b.Buf[from.Begin:from.End]...)
		r.End = uint32(len(part.Buf))
		for _, p := range [...]*Span{&r.Ref, &r.ID, &r.Split} {
			*p = part.move(b, from, *p, r.Begin)
		}
		part.Records[n] = r
	}
	return part
}

// apart is how many bytes of a piece do not lie within the record.
func (r *Record) apart(p Span) int {
	if p.Empty() || r.Begin <= p.Begin && p.End <= r.End {
		return 0
	}
	return int(p.End - p.Begin)
}

// move is where a piece of record r of b is, of which the bytes were put at begin; what lies elsewhere is added.
func (b *Block) move(from *Block, r *Record, p Span, begin uint32) Span {
	switch {
	case p.Empty():
		return Span{}
	case r.apart(p) == 0:
		return Span{p.Begin - r.Begin + begin, p.End - r.Begin + begin}
	}
	b.Buf = append(b.Buf, from.Buf[p.Begin:p.End]...)
	return Span{uint32(len(b.Buf)) - (p.End - p.Begin), uint32(len(b.Buf))}
}
