package records

// Builder makes blocks of records: it reads the envelope of each record that is added. It belongs to one goroutine.
type Builder struct{}

// NewBuilder returns a builder of blocks.
func NewBuilder(c Conversion) (*Builder, error) { return &Builder{}, nil }

// Start begins a block. data, if not nil, becomes the front of its Buf and is owned by the block from then on.
func (b *Builder) Start(source, header string, data []byte) {}

// Add adds a record of which the bytes are copied. recordTime (milliseconds) is its timestamp, NoTime if it has none.
func (b *Builder) Add(record []byte, offset, recordTime int64) {}

// Len returns the number of records added since Start.
func (b *Builder) Len() int { return 0 }

// Block returns what was added since Start and gives it away.
func (b *Builder) Block() Block { return Block{} }
