// Go's sync.Map on the workloads of the Rust benchmark beside it. The benchmark builds and starts this program when there is
// a Go toolchain; it prints one JSON object a line for each window:
//
//	{"workload":"go/Range/1t","ns_per_op":4805.1}
//
// Keys and values are boxed, as Go's any does it. As in the Rust benchmark, each thread (here: a locked goroutine) counts its
// own i up from a start of its own, and looks at the clock between chunks.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

const (
	many  = 1023 // of 1,024 keys, all but one
	all   = 1024
	half  = 128
	chunk = 1024 // operations between two looks at the clock
)

// state is where a thread is.
type state struct {
	i, stores, loadsSinceStore int
	keys                       []any
	updates                    []bool
}

// workload is a benchmark: what is in the map, and one operation.
type workload struct {
	name  string
	fill  func(m *sync.Map)
	step  func(m *sync.Map, s *state)
	chunk int
	tape  func(thread int) ([]any, []bool)
}

func prime(keys int) func(*sync.Map) {
	return func(m *sync.Map) {
		for i := 0; i < keys; i++ {
			m.LoadOrStore(i, i)
		}
		for i := 0; i < keys*2; i++ {
			m.Load(i % keys)
		}
	}
}

func collision(m *sync.Map) { m.LoadOrStore(0, 0) }
func nothing(*sync.Map)     {}

func mostly(hits, i int) int {
	if i%all < hits {
		return i % all
	}
	return i
}

func swapMostly(hits int) func(*sync.Map, *state) {
	return func(m *sync.Map, s *state) {
		key := mostly(hits, s.i)
		m.Swap(key, key)
		if s.i%all >= hits {
			m.Delete(key)
		}
	}
}

func compareAndSwapMostly(hits int) func(*sync.Map, *state) {
	return func(m *sync.Map, s *state) {
		key := mostly(hits, s.i)
		m.CompareAndSwap(key, key, key)
	}
}

func compareAndDeleteMostly(hits int) func(*sync.Map, *state) {
	return func(m *sync.Map, s *state) {
		key := mostly(hits, s.i)
		if m.CompareAndDelete(key, key) {
			m.Store(key, key)
		}
	}
}

func loadMod(m *sync.Map, s *state) { m.Load(s.i % all) }

func adversarialAlloc(m *sync.Map, s *state) {
	m.Load(s.i)
	s.loadsSinceStore++
	if s.loadsSinceStore > s.stores {
		m.LoadOrStore(s.i, s.stores)
		s.loadsSinceStore = 0
		s.stores++
	}
}

func adversarialDelete(m *sync.Map, s *state) {
	m.Load(s.i)
	if s.i%all == 0 {
		m.Range(func(key, _ any) bool {
			m.Delete(key)
			return false
		})
		m.Store(s.i, s.i)
	}
}

func rangeAll(m *sync.Map, _ *state) {
	m.Range(func(_, _ any) bool { return true })
}

// tape is a thread's operations, chosen before: a key each, and whether it is an update.
func tape(count, updates int, key func(int) any) func(int) ([]any, []bool) {
	return func(thread int) ([]any, []bool) {
		random := rand.New(rand.NewSource(int64(thread + 1)))
		keys, writes := make([]any, 4096), make([]bool, 4096)
		for at := range keys {
			keys[at] = key(random.Intn(count))
			writes[at] = random.Intn(100) < updates
		}
		return keys, writes
	}
}

func number(i int) any { return i }
func name(i int) any   { return fmt.Sprintf("key_%d", i) }

func fillWith(count int, key func(int) any) func(*sync.Map) {
	return func(m *sync.Map) {
		for i := 0; i < count; i++ {
			m.Store(key(i), i)
		}
		for i := 0; i < count*2; i++ {
			m.Load(key(i % count))
		}
	}
}

func loadOrOverwrite(m *sync.Map, s *state) {
	at := s.i & 4095
	if s.updates[at] {
		m.Store(s.keys[at], s.i)
	} else {
		m.Load(s.keys[at])
	}
}

// increment is one atomic step: a loop of Load and CompareAndSwap, as sync.Map asks for it.
func loadOrIncrement(m *sync.Map, s *state) {
	at := s.i & 4095
	value, ok := m.Load(s.keys[at])
	for ok && s.updates[at] && !m.CompareAndSwap(s.keys[at], value, value.(int)+1) {
		value, ok = m.Load(s.keys[at])
	}
}

func workloads() []workload {
	numbers := fillWith(all, number)
	mix := func(updates int) func(int) ([]any, []bool) { return tape(all, updates, number) }
	return []workload{
		{name: "go/LoadMostlyHits", fill: prime(many), step: loadMod},
		{name: "go/LoadMostlyMisses", fill: prime(1), step: loadMod},
		{name: "go/LoadOrStoreBalanced", fill: prime(half), step: func(m *sync.Map, s *state) {
			key := s.i
			if s.i%(2*half) < half {
				key = s.i % (2 * half)
			}
			m.LoadOrStore(key, s.i)
		}},
		{name: "go/LoadOrStoreUnique", fill: nothing, step: func(m *sync.Map, s *state) { m.LoadOrStore(s.i, s.i) }},
		{name: "go/LoadOrStoreCollision", fill: collision, step: func(m *sync.Map, _ *state) { m.LoadOrStore(0, 0) }},
		{name: "go/LoadAndDeleteBalanced", fill: prime(half), step: func(m *sync.Map, s *state) {
			key := s.i
			if s.i%(2*half) < half {
				key = s.i % (2 * half)
			}
			m.LoadAndDelete(key)
		}},
		{name: "go/LoadAndDeleteUnique", fill: nothing, step: func(m *sync.Map, s *state) { m.LoadAndDelete(s.i) }},
		{name: "go/LoadAndDeleteCollision", fill: collision, step: func(m *sync.Map, _ *state) {
			if _, loaded := m.LoadAndDelete(0); loaded {
				m.Store(0, 0)
			}
		}},
		{name: "go/Range", fill: prime(all), step: rangeAll, chunk: 16},
		{name: "go/AdversarialAlloc", fill: nothing, step: adversarialAlloc},
		{name: "go/AdversarialDelete", fill: func(m *sync.Map) {
			for i := 0; i < all; i++ {
				m.Store(i, i)
			}
		}, step: adversarialDelete},
		{name: "go/DeleteCollision", fill: collision, step: func(m *sync.Map, _ *state) { m.Delete(0) }},
		{name: "go/SwapCollision", fill: collision, step: func(m *sync.Map, _ *state) { m.Swap(0, 0) }},
		{name: "go/SwapMostlyHits", fill: prime(many), step: swapMostly(many)},
		{name: "go/SwapMostlyMisses", fill: prime(1), step: swapMostly(1)},
		{name: "go/CompareAndSwapCollision", fill: collision, step: func(m *sync.Map, _ *state) {
			if m.CompareAndSwap(0, 0, 42) {
				m.CompareAndSwap(0, 42, 0)
			}
		}},
		{name: "go/CompareAndSwapNoExistingKey", fill: nothing, step: func(m *sync.Map, s *state) {
			if m.CompareAndSwap(s.i, 0, 0) {
				m.Delete(s.i)
			}
		}},
		{name: "go/CompareAndSwapValueNotEqual", fill: collision, step: func(m *sync.Map, _ *state) { m.CompareAndSwap(0, 1, 2) }},
		{name: "go/CompareAndSwapMostlyHits", fill: prime(many), step: compareAndSwapMostly(many)},
		{name: "go/CompareAndSwapMostlyMisses", fill: prime(1), step: compareAndSwapMostly(1)},
		{name: "go/CompareAndDeleteCollision", fill: collision, step: func(m *sync.Map, _ *state) {
			if m.CompareAndDelete(0, 0) {
				m.Store(0, 0)
			}
		}},
		{name: "go/CompareAndDeleteMostlyHits", fill: prime(many), step: compareAndDeleteMostly(many)},
		{name: "go/CompareAndDeleteMostlyMisses", fill: prime(1), step: compareAndDeleteMostly(1)},
		{name: "go/Clear", fill: nothing, step: func(m *sync.Map, s *state) {
			m.Clear()
			m.Store(s.i%256, s.i%256)
		}},
		{name: "mix/99-1", fill: numbers, step: loadOrOverwrite, tape: mix(1)},
		{name: "mix/90-10", fill: numbers, step: loadOrOverwrite, tape: mix(10)},
		{name: "mix/50-50", fill: numbers, step: loadOrOverwrite, tape: mix(50)},
		{name: "mix/overwrite", fill: numbers, step: loadOrOverwrite, tape: mix(100)},
		{name: "load_hit/u64/1024", fill: numbers, step: loadOrOverwrite, tape: mix(0)},
		{name: "seed_mix", fill: fillWith(1000, name), step: loadOrIncrement, tape: tape(1000, 10, name)},
	}
}

// work is one thread of a window: operations a nanosecond.
func work(w workload, m *sync.Map, thread int, warmup, window time.Duration, ready, start *sync.WaitGroup) float64 {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	s := &state{i: thread << 40}
	if w.tape != nil {
		s.keys, s.updates = w.tape(thread)
	}
	size := w.chunk
	if size == 0 {
		size = chunk
	}
	run := func(length time.Duration) float64 {
		operations, began := 0, time.Now()
		for time.Since(began) < length {
			for n := 0; n < size; n++ {
				w.step(m, s)
				s.i++
			}
			operations += size
		}
		return float64(operations) / float64(time.Since(began).Nanoseconds())
	}
	run(warmup)
	ready.Done()
	start.Wait()
	return run(window)
}

// measure is one window: nanoseconds for one operation, time / operations of all threads.
func measure(w workload, threads int, warmup, window time.Duration) float64 {
	m := new(sync.Map)
	w.fill(m)
	runtime.GC()
	var ready, start, done sync.WaitGroup
	speeds := make([]float64, threads)
	ready.Add(threads)
	start.Add(1)
	for thread := 0; thread < threads; thread++ {
		done.Add(1)
		go func(thread int) {
			defer done.Done()
			speeds[thread] = work(w, m, thread, warmup, window, &ready, &start)
		}(thread)
	}
	ready.Wait()
	start.Done()
	done.Wait()
	total := 0.0
	for _, speed := range speeds {
		total += speed
	}
	return 1 / total
}

func main() {
	window := flag.Duration("window", 100*time.Millisecond, "the length of a window")
	warmup := flag.Duration("warmup", 10*time.Millisecond, "the time before it")
	rounds := flag.Int("rounds", 5, "windows for each row")
	rows := flag.String("rows", "", "the rows to measure, with commas between them, as go/Range/1t")
	flag.Parse()
	wanted := make(map[string]bool)
	for _, row := range strings.Split(*rows, ",") {
		wanted[row] = true
	}
	output := json.NewEncoder(os.Stdout)
	for round := 0; round < *rounds; round++ {
		for _, w := range workloads() {
			for threads := 1; threads <= 2; threads++ {
				row := fmt.Sprintf("%s/%dt", w.name, threads)
				if !wanted[row] {
					continue
				}
				line := map[string]any{"workload": row, "ns_per_op": measure(w, threads, *warmup, *window)}
				if err := output.Encode(line); err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
			}
		}
	}
}
