------------------------------ MODULE MapState ------------------------------
(* What the map consists of, in which states it can be found when nobody uses
   it, and the invariants INV-n that ARCHITECTURE.md numbers.  The steps are in
   SyncMap.tla.

   Two tables of the same entries: `read` is published and never changed, dirty
   is guarded by the mutex.  Entries are numbers; heap[e] is the slot of entry
   e.  Values are positive; Nil is a deleted slot, Exp an expunged one.

   Left out: hashes, and everything of memory but that entries are retired (see
   Reclamation.tla); memory orderings (each access is sequentially consistent);
   panics of user code.  *)
EXTENDS Linearizability, Sequences, FiniteSets, TLC

CONSTANTS
  Vals,      \* the values that operations bring; the start has 1
  Kinds,     \* the operations that processes may call
  Calls,     \* {}, or the only calls that may be made (to follow a recorded execution)
  MaxOps,    \* how many calls a process may make
  InitAny,   \* begin in every well-formed quiet map, or in the empty one
  Monitor,   \* whether the ghost is kept
  Bug,       \* "none", or the name of a broken variant
  NoProc     \* a value that is no process

VARIABLES
  mu,        \* who holds the mutex, or NoProc
  read,      \* the published table: m[k] is k's entry or 0; am, the amended tag;
             \* tab, whether there is a table at all (the code's null pointer)
  dirty,     \* m[k] is k's entry or 0; is, whether dirty is present
  misses,    \* look-ups under the mutex since the last promotion or clear
  exl,       \* the entries that the copy which made dirty has expunged
  noted,     \* "a deletion since the last copy": Deletions in the code
  heap,      \* heap[e]: the slot of entry e
  retired,   \* retired[e]: how often entry e was handed to the epoch
  th,        \* the processes: see Reg0
  conf       \* the ghost: see Linearizability.tla

vars == <<mu, read, dirty, misses, exl, noted, heap, retired, th, conf>>

Nil == 0
Exp == -1

Empty == [m |-> NoMap, am |-> FALSE, tab |-> FALSE]
NoDirty == [m |-> NoMap, is |-> FALSE]

KeysOf(m) == {k \in Keys : m[k] # 0}
Card(m) == Cardinality(KeysOf(m))
Entries == 1..Len(heap)
InRead(e) == \E k \in Keys : read.m[k] = e
InDirty(e) == \E k \in Keys : dirty.m[k] = e

\* What the shared state says of entry e (0: no entry), and of all keys.
Live(e) == IF e = 0 THEN 0 ELSE IF heap[e] > 0 THEN heap[e] ELSE 0
AbsMap == [k \in Keys |-> IF read.m[k] # 0 THEN Live(read.m[k])
                          ELSE IF read.am THEN Live(dirty.m[k]) ELSE 0]

(* A process: where it is (pc), its call, and its registers.
     e      the entry that it works on, or 0
     v      what it last saw in the slot of e
     k      the key whose entry it is expunging, or 0
     miss   a miss is to be counted after the work on e
     wl     keys (or entries) that are still to be looked at
     tb     a table that it walks or copies
     res    <<x>>: what it will answer; <<>>: not known yet
     n      how many calls it has made *)
Reg0 == [pc |-> "idle", op |-> NoOp, e |-> 0, v |-> 0, k |-> 0, miss |-> FALSE,
         wl |-> {}, tb |-> <<>>, res |-> <<>>, n |-> 0]
Ops == [p \in Procs |-> th[p].op]
At(p, l) == th[p].pc = l

----------------------------------------------------------------------------
(* The start: the empty map, or every well-formed quiet map.  For each key:
     0 absent       1 live in read         2 deleted in read   3 expunged in read
                    4 live in dirty only   5 deleted in dirty only
   (Entry k belongs to key k; that of an absent key was retired long ago.) *)
WellFormed(s, d, t, ms, nt) ==
  /\ (\E k \in Keys : s[k] \in {3, 4, 5}) => d
  /\ (\E k \in Keys : s[k] \in {1, 2, 3}) => t
  /\ (\E k \in Keys : s[k] \in {2, 5}) => nt
  /\ (t /\ ~d /\ \A k \in Keys : s[k] = 0) => nt
  /\ ms = 0 \/ (d /\ ms < Cardinality({k \in Keys : s[k] \in {1, 2, 4, 5}}))
  /\ d => \E k \in Keys : s[k] \in {1, 2, 4, 5}

Init ==
  /\ \E s \in [Keys -> IF InitAny THEN 0..5 ELSE {0}],
        d \in (IF InitAny THEN BOOLEAN ELSE {FALSE}),
        t \in (IF InitAny THEN BOOLEAN ELSE {FALSE}),
        ms \in (IF InitAny THEN 0..Cardinality(Keys) ELSE {0}),
        nt \in (IF InitAny THEN BOOLEAN ELSE {FALSE}) :
       /\ WellFormed(s, d, t, ms, nt)
       /\ heap = [k \in Keys |-> CASE s[k] \in {1, 4} -> 1 [] s[k] = 3 -> Exp [] OTHER -> Nil]
       /\ retired = [k \in Keys |-> IF s[k] = 0 THEN 1 ELSE 0]
       /\ read = [m |-> [k \in Keys |-> IF s[k] \in {1, 2, 3} THEN k ELSE 0], am |-> d, tab |-> t]
       /\ dirty = [m |-> [k \in Keys |-> IF d /\ s[k] \in {1, 2, 4, 5} THEN k ELSE 0], is |-> d]
       /\ exl = {k \in Keys : s[k] = 3}
       /\ misses = ms
       /\ noted = nt
  /\ mu = NoProc
  /\ th = [p \in Procs |-> Reg0]
  /\ conf = (IF Monitor THEN {[m |-> AbsMap, r |-> [p \in Procs |-> Idle]]} ELSE {})

----------------------------------------------------------------------------
(* The invariants.  "Quiet" is a free mutex: its holder may be half-way. *)
Quiet == mu = NoProc

\* INV-1 read and its tag are written only by the holder of the mutex.
INV1 == [][read' # read => \E p \in Procs : mu = p /\ mu' = p]_vars

\* INV-2 amended is set exactly when dirty is present.  So a key that only dirty
\* has is looked for.  (Not more: dirty may have no such key.)
INV2 == Quiet => (read.am <=> dirty.is)

\* INV-3 Dirty has no expunged entry.  While read has one, dirty is present; and
\* then dirty has every other entry of read, the same entry and not a copy.
INV3 ==
  /\ \A k \in Keys : dirty.m[k] # 0 => heap[dirty.m[k]] # Exp
  /\ (Quiet /\ ~dirty.is) => \A k \in Keys : read.m[k] # 0 => heap[read.m[k]] # Exp
  /\ (Quiet /\ dirty.is) => \A k \in Keys :
       (read.m[k] # 0 /\ heap[read.m[k]] # Exp) => dirty.m[k] = read.m[k]

\* INV-4 Expunged comes of deleted, and becomes deleted, by the holder of the
\* mutex only, who then puts the entry back into dirty (INV-3, once it is quiet).
INV4 == [][\A e \in Entries : (heap[e] = Exp) # (heap'[e] = Exp) =>
             /\ \E p \in Procs : mu = p /\ mu' = p
             /\ {heap[e], heap'[e]} = {Nil, Exp}]_vars

\* INV-5 A key has one entry: that of read and that of dirty are the same.
INV5 == \A k \in Keys : (dirty.m[k] # 0 /\ read.m[k] # 0) => dirty.m[k] = read.m[k]

\* INV-6, of entries: retired once, when no table has them any more; and all
\* that no table has are retired.
INV6 ==
  /\ \A e \in Entries : retired[e] <= 1
  /\ \A e \in Entries : retired[e] > 0 => ~InRead(e) /\ ~InDirty(e)
  /\ Quiet => \A e \in Entries : retired[e] > 0 \/ InRead(e) \/ InDirty(e)

\* INV-8 Misses that reach the length of dirty promote it.
INV8 == Quiet => (misses = 0 \/ misses < Card(dirty.m))

\* A deleted entry has left a note, or its deleter is about to leave one: so the
\* next copy looks for it, and it does not stay for ever.
DeletionsNoted ==
  (Quiet /\ \A p \in Procs : ~At(p, "note_load") /\ ~At(p, "note_set")) =>
    ((\E e \in Entries : heap[e] = Nil /\ retired[e] = 0) => noted)
=============================================================================
