------------------------------ MODULE SyncMap ------------------------------
(* The algorithm of src/map/, one atomic access a step.

   Each action below is one atomic access of the code, or the lock or unlock of
   the mutex; the line of the code that makes the access carries the comment
   `TLA: Action`.  Three things are fused with a neighbouring access, which
   changes nothing that another process could see:
     - a call with its first access, a return with its last one: this shortens
       the operation, so what is linearizable here is so with longer ones too;
     - what only the holder of the mutex touches (dirty, misses, exl) with the
       access before it;
     - what one process does alone (hashing, comparing, allocating).

   `store` is a swap, `delete` a load_and_delete.  Values are compared by what
   they are, where the code compares pointers: two boxes may hold equal values,
   so an exchange may fail though the value is as expected (ECas, third case).

   Read MapState.tla first: the variables, the start, the invariants. *)
EXTENDS MapState

Fresh(p) == [Reg0 EXCEPT !.n = th[p].n]
\* p answers x: its registers are cleared, the ghost is told.
Answers(p, x) ==
  /\ th' = [th EXCEPT ![p] = Fresh(p)]
  /\ conf' = (IF Monitor THEN Returned(conf, Ops, p, x) ELSE conf)
Goes(p, l) == th' = [th EXCEPT ![p].pc = l] /\ UNCHANGED conf

Finds(o) == o.t \in {"load", "load_and_delete", "compare_and_swap", "compare_and_delete",
                     "update", "delete_if"}
Stores(o) == o.t \in {"swap", "load_or_store"}
Deletes(o) == o.t \in {"load_and_delete", "compare_and_delete", "delete_if", "retain"}

\* Every call that may be made.
Menu ==
  IF Calls # {} THEN Calls ELSE
  UNION { CASE t \in {"load", "load_and_delete"} -> [t : {t}, k : Keys, v : {0}, o : {0}]
            [] t \in {"swap", "load_or_store", "update"} -> [t : {t}, k : Keys, v : Vals, o : {0}]
            [] t = "compare_and_swap" -> [t : {t}, k : Keys, v : Vals, o : {1}]
            [] t = "compare_and_delete" -> [t : {t}, k : Keys, v : {0}, o : {1}]
            [] t = "delete_if" -> [t : {t}, k : Keys, v : {0}, o : {2}]
            [] t = "retain" -> [t : {t}, k : {1}, v : {0}, o : {2}]
            [] OTHER -> [t : {t}, k : {1}, v : {0}, o : {0}]
          : t \in Kinds }

----------------------------------------------------------------------------
(* The first look: the call, and the load of the published table. No lock. *)

\* Whether the operation is over after this look.
AtOnce(o) ==
  CASE KeyByKey(o) -> ~read.am /\ read.m = NoMap
    [] o.t = "clear" -> ~read.am /\ ~read.tab
    [] OTHER -> read.m[o.k] = 0 /\ ~read.am /\ Finds(o)
Nothing(o) == IF KeyByKey(o) THEN NoMap ELSE <<0>>

Walks(o) == KeyByKey(o) /\ (~read.am \/ Bug = "range-without-promotion")
Begun(p, o) ==
  [Reg0 EXCEPT
     !.n = th[p].n + 1, !.op = o,
     !.pc = CASE KeyByKey(o) -> IF Walks(o) THEN "visit" ELSE "lock"
              [] o.t = "clear" -> IF Bug = "clear-as-range-delete" THEN "visit" ELSE "lock"
              [] OTHER -> IF read.m[o.k] # 0 THEN "eload" ELSE "lock",
     !.e = IF KeyByKey(o) \/ o.t = "clear" THEN 0 ELSE read.m[o.k],
     !.tb = IF Walks(o) \/ (o.t = "clear" /\ Bug = "clear-as-range-delete") THEN read.m ELSE <<>>,
     !.wl = IF Walks(o) \/ (o.t = "clear" /\ Bug = "clear-as-range-delete") THEN KeysOf(read.m) ELSE {},
     !.res = IF Walks(o) THEN NoMap ELSE <<>>]

Over(o) == AtOnce(o) \/ (Walks(o) /\ read.m = NoMap)
                     \/ (Bug = "clear-as-range-delete" /\ o.t = "clear" /\ read.m = NoMap)
Rd1(p) ==
  /\ At(p, "idle") /\ th[p].n < MaxOps
  /\ \E o \in Menu :
       IF Over(o)
       THEN /\ th' = [th EXCEPT ![p].n = @ + 1]
            /\ conf' = (IF Monitor
                        THEN Returned(Called(conf, p, o), [Ops EXCEPT ![p] = o], p, Nothing(o))
                        ELSE conf)
       ELSE /\ th' = [th EXCEPT ![p] = Begun(p, o)]
            /\ conf' = (IF Monitor THEN Called(conf, p, o) ELSE conf)
  /\ UNCHANGED <<mu, read, dirty, misses, exl, noted, heap, retired>>

Lock(p) ==
  /\ At(p, "lock")
  /\ mu = NoProc \/ Bug = "lock-is-open"
  /\ mu' = p
  /\ Goes(p, "rd2")
  /\ UNCHANGED <<read, dirty, misses, exl, noted, heap, retired>>

----------------------------------------------------------------------------
(* The second look: the published table again, under the mutex, and what the
   holder then does with dirty.  One action for each kind of operation. *)

\* A miss is counted, and pays for a promotion when there are enough.  A look-up that may
\* delete the value leaves its entry in dirty, and counts twice: so deleted entries never are
\* more than the others when dirty is promoted.
AfterMiss(ms, d) == IF ms >= Card(d) /\ Bug # "no-miss-count" THEN "promo" ELSE "unlock"
Pays(o) == IF o.t \in {"compare_and_delete", "delete_if"} /\ Bug # "conditional-deletions-pay-once" THEN 2 ELSE 1
Missed(o) == misses + Pays(o)
CountedMiss(o) == IF Bug = "no-miss-count" THEN misses ELSE Missed(o)

\* Whether the entry in dirty leaves it: only load_and_delete takes it out.
Pops(o) == (o.t = "load_and_delete" /\ Bug # "deleted-keys-stay") \/ (o.t = "compare_and_delete" /\ Bug = "compare-and-delete-pops-first")
InRead2(o) == IF Bug = "no-recheck-under-lock" THEN 0 ELSE read.m[o.k]
Rest(o) == IF Pops(o) THEN [dirty.m EXCEPT ![o.k] = 0] ELSE dirty.m
Rd2Find(p) ==
  /\ At(p, "rd2") /\ Finds(th[p].op)
  /\ IF InRead2(th[p].op) # 0 \/ ~read.am
     THEN /\ th' = [th EXCEPT ![p].pc = "unlock", ![p].e = InRead2(th[p].op), ![p].res = <<0>>]
          /\ UNCHANGED <<dirty, misses, retired>>
     ELSE \E o \in {th[p].op} : \E rest \in {Rest(o)} :
          /\ dirty' = [dirty EXCEPT !.m = rest]
          /\ misses' = CountedMiss(o)
          /\ retired' = (IF rest # dirty.m /\ Bug # "remove-forgets-to-retire"
                         THEN [retired EXCEPT ![dirty.m[o.k]] = @ + 1] ELSE retired)
          /\ th' = [th EXCEPT ![p].pc = AfterMiss(Missed(o), rest),
                              ![p].e = dirty.m[o.k], ![p].res = <<0>>]
  /\ UNCHANGED <<mu, read, exl, noted, heap, conf>>

StoredAnswer(o) == IF o.t = "load_or_store" THEN <<o.v>> ELSE <<0>>
\* How the process goes on with an entry under the mutex.
Locked(o) == IF o.t = "swap" THEN "swap" ELSE "eload"
Rd2Store(p) ==
  /\ At(p, "rd2") /\ Stores(th[p].op)
  /\ \E o \in {th[p].op} :
     IF read.m[o.k] # 0
     THEN /\ th' = [th EXCEPT ![p].pc = "unexp", ![p].e = read.m[o.k]]
          /\ UNCHANGED <<dirty, heap, retired>>
     ELSE IF dirty.m[o.k] # 0
     THEN /\ th' = [th EXCEPT ![p].pc = Locked(o), ![p].e = dirty.m[o.k],
                              ![p].miss = (o.t = "load_or_store")]
          /\ UNCHANGED <<dirty, heap, retired>>
     ELSE IF dirty.is \/ (Bug = "clear-drops-dirty-keeps-amended" /\ read.am)
     THEN \* A new key, and not the first: straight into dirty.
          /\ heap' = Append(heap, o.v)
          /\ retired' = Append(retired, 0)
          /\ dirty' = (IF dirty.is THEN [dirty EXCEPT !.m[o.k] = Len(heap) + 1] ELSE dirty)
          /\ th' = [th EXCEPT ![p].pc = (IF dirty.is THEN "unlock" ELSE "panic"),
                              ![p].res = StoredAnswer(o)]
     ELSE /\ th' = [th EXCEPT ![p].pc = "rd3"]
          /\ UNCHANGED <<dirty, heap, retired>>
  /\ UNCHANGED <<mu, read, misses, exl, noted, conf>>

Rd2Walk(p) ==          \* range, retain, is_empty
  /\ At(p, "rd2") /\ KeyByKey(th[p].op)
  /\ Goes(p, IF read.am THEN "promo" ELSE "rd3")
  /\ UNCHANGED <<mu, read, dirty, misses, exl, noted, heap, retired>>

Rd2Clear(p) ==
  /\ At(p, "rd2") /\ th[p].op.t = "clear"
  /\ th' = (IF read.tab \/ read.am THEN [th EXCEPT ![p].pc = "clear"]
            ELSE [th EXCEPT ![p].pc = "unlock", ![p].res = <<0>>])
  /\ UNCHANGED <<mu, read, dirty, misses, exl, noted, heap, retired, conf>>

\* A third look, under the same lock: it sees what it saw before.
Rd3(p) ==
  /\ At(p, "rd3")
  /\ th' = [th EXCEPT ![p].pc = (IF KeyByKey(th[p].op) THEN "unlock" ELSE "note_take"),
                      ![p].tb = read.m]
  /\ UNCHANGED <<mu, read, dirty, misses, exl, noted, heap, retired, conf>>

----------------------------------------------------------------------------
(* Promotion: dirty becomes the published table.  What the copy expunged, and
   what was not put back since, is then in no table, and is retired. *)
AfterPromo(o) == IF KeyByKey(o) THEN "rd3" ELSE "unlock"
Promo(p) ==
  /\ At(p, "promo")
  /\ read' = [m |-> (IF Bug = "promotes-drops-live" THEN NoMap ELSE dirty.m), am |-> FALSE, tab |-> TRUE]
  /\ dirty' = (IF Bug = "promotes-and-keeps-dirty" THEN dirty ELSE NoDirty)
  /\ misses' = (IF Bug = "promotes-keeps-misses" THEN misses ELSE 0)
  /\ exl' = {}
  /\ th' = [th EXCEPT ![p].pc = (IF exl = {} THEN AfterPromo(th[p].op) ELSE "out"),
                      ![p].wl = exl]
  /\ mu' = (IF Bug = "promotes-after-unlock" THEN NoProc ELSE mu)
  /\ UNCHANGED <<noted, heap, retired, conf>>

\* Is this one still expunged?
Out(p) ==
  /\ At(p, "out")
  /\ \E e \in th[p].wl :
       /\ retired' = (IF (heap[e] = Exp /\ Bug # "promotion-keeps-expunged") \/ Bug = "promotion-retires-all"
                      THEN [retired EXCEPT ![e] = @ + 1] ELSE retired)
       /\ th' = [th EXCEPT ![p].wl = @ \ {e},
                           ![p].pc = IF th[p].wl = {e} THEN AfterPromo(th[p].op) ELSE "out"]
  /\ UNCHANGED <<mu, read, dirty, misses, exl, noted, heap, conf>>

(* clear: publishes that there is no table, drops dirty, retires all entries. *)
Clear(p) ==
  /\ At(p, "clear")
  /\ read' = (IF Bug = "clear-drops-dirty-keeps-amended" THEN [Empty EXCEPT !.am = TRUE] ELSE Empty)
  /\ dirty' = (IF Bug = "clear-leaves-dirty" THEN dirty ELSE NoDirty)
  /\ misses' = (IF Bug = "clear-keeps-misses" THEN misses ELSE 0)
  /\ exl' = {}
  /\ retired' = [e \in Entries |-> retired[e] + (IF InRead(e) THEN 1 ELSE 0)
                   + (IF InDirty(e) /\ (~InRead(e) \/ Bug = "double-retire") THEN 1 ELSE 0)]
  /\ th' = [th EXCEPT ![p].pc = "unlock", ![p].res = <<0>>]
  /\ UNCHANGED <<mu, noted, heap, conf>>

----------------------------------------------------------------------------
(* The dirty copy, made for the first new key after a promotion or a clear.  It
   has all entries of read but those that were deleted, which become expunged.
   It searches for them only if a deletion was noted since the last copy. *)
NewDirty(m) == [m |-> m, is |-> TRUE]
NoteTake(p) ==
  /\ At(p, "note_take")
  /\ noted' = FALSE
  /\ \E search \in {noted /\ th[p].tb # NoMap} :
       /\ dirty' = (IF search THEN dirty ELSE NewDirty(th[p].tb))
       /\ th' = [th EXCEPT ![p].pc = (IF search THEN "xload" ELSE "amend"),
                           ![p].wl = (IF search THEN KeysOf(th[p].tb) ELSE {}),
                           ![p].tb = (IF search THEN @ ELSE <<>>)]
  /\ UNCHANGED <<mu, read, misses, exl, heap, retired, conf>>

\* The search is done with key k, and copy is what it leaves of the copy.
Searched(p, k, copy) ==
  IF th[p].wl = {k}
  THEN /\ dirty' = NewDirty(copy)
       /\ th' = [th EXCEPT ![p].pc = "amend", ![p].wl = {}, ![p].tb = <<>>, ![p].k = 0]
  ELSE /\ th' = [th EXCEPT ![p].pc = "xload", ![p].wl = @ \ {k}, ![p].tb = copy, ![p].k = 0]
       /\ UNCHANGED dirty
Without(p, k) == [th[p].tb EXCEPT ![k] = 0]

XLoad(p) ==
  /\ At(p, "xload")
  /\ \E k \in th[p].wl :
       IF heap[th[p].tb[k]] = Nil /\ Bug # "no-expunged-state"
       THEN /\ th' = [th EXCEPT ![p].pc = "xcas", ![p].k = k]
            /\ UNCHANGED <<dirty, exl>>
       ELSE IF heap[th[p].tb[k]] <= 0
       THEN /\ exl' = exl \cup {th[p].tb[k]}
            /\ Searched(p, k, Without(p, k))
       ELSE /\ Searched(p, k, th[p].tb)
            /\ UNCHANGED exl
  /\ UNCHANGED <<mu, read, misses, noted, heap, retired, conf>>

XCas(p) ==
  /\ At(p, "xcas")
  /\ \E k \in {th[p].k} : \E e \in {th[p].tb[k]} :
     IF heap[e] = Nil \/ Bug = "expunge-by-store"
     THEN /\ heap' = [heap EXCEPT ![e] = Exp]
          /\ exl' = exl \cup {e}
          /\ Searched(p, k, Without(p, k))
     ELSE /\ Searched(p, k, th[p].tb)
          /\ UNCHANGED <<heap, exl>>
  /\ UNCHANGED <<mu, read, misses, noted, retired, conf>>

\* Publishes the tag; then the new entry goes into dirty.
Cloned(m) == [k \in Keys |-> IF m[k] = 0 THEN 0 ELSE Len(heap) + k]
Clones == Bug = "dirty-copies-entries"
Grown == IF Clones THEN heap \o [k \in Keys |-> Live(dirty.m[k])] ELSE heap
GrownRetired == IF Clones THEN retired \o [k \in Keys |-> IF dirty.m[k] = 0 THEN 1 ELSE 0] ELSE retired
Amend(p) ==
  /\ At(p, "amend")
  /\ read' = (IF Bug = "forgets-amended" THEN read ELSE [read EXCEPT !.am = TRUE])
  /\ heap' = Append(Grown, th[p].op.v)
  /\ retired' = Append(GrownRetired, 0)
  /\ dirty' = [dirty EXCEPT !.m = [(IF Clones THEN Cloned(dirty.m) ELSE dirty.m)
                                   EXCEPT ![th[p].op.k] = Len(Grown) + 1]]
  /\ th' = [th EXCEPT ![p].pc = "unlock", ![p].res = StoredAnswer(th[p].op)]
  /\ UNCHANGED <<mu, misses, exl, noted, conf>>

\* Expunged becomes deleted, and the entry goes back into dirty.
Unexp(p) ==
  /\ At(p, "unexp")
  /\ \E e \in {th[p].e} :
     IF heap[e] = Exp
     THEN /\ heap' = [heap EXCEPT ![e] = Nil]
          /\ dirty' = (IF Bug = "unexpunge-not-readded" THEN dirty
                       ELSE [dirty EXCEPT !.m[th[p].op.k] = e])
     ELSE UNCHANGED <<heap, dirty>>
  /\ th' = [th EXCEPT ![p].pc = Locked(th[p].op)]
  /\ UNCHANGED <<mu, read, misses, exl, noted, retired, conf>>

----------------------------------------------------------------------------
(* The work on an entry: load the slot, then perhaps compare-exchange it.  An
   exchange that fails has seen what is there now, and stands for the next load. *)

\* The work on the entry is over: the operation will answer x.
Done(p, x) ==
  IF mu = p
  THEN /\ th' = [th EXCEPT ![p].res = <<x>>, ![p].e = 0, ![p].v = 0, ![p].miss = FALSE,
                           ![p].pc = IF th[p].miss THEN AfterMiss(Missed(th[p].op), dirty.m) ELSE "unlock"]
       /\ misses' = (IF th[p].miss THEN CountedMiss(th[p].op) ELSE misses)
       /\ UNCHANGED conf
  ELSE IF th[p].wl # {}      \* retain: the next key
  THEN /\ th' = [th EXCEPT ![p].pc = "visit", ![p].e = 0, ![p].v = 0]
       /\ UNCHANGED <<misses, conf>>
  ELSE Answers(p, IF KeyByKey(th[p].op) THEN NoMap ELSE <<x>>) /\ UNCHANGED misses

\* What an operation does when it sees x in the slot.
Verdict(o, x) ==
  CASE o.t = "load" -> "answer"
    [] o.t = "load_and_delete" -> IF x > 0 THEN "exchange" ELSE "answer"
    [] o.t \in {"compare_and_swap", "compare_and_delete"} -> IF x = o.o THEN "exchange" ELSE "answer"
    [] o.t = "update" -> IF x > 0 THEN "exchange" ELSE "answer"
    [] o.t = "delete_if" -> IF x > 0 /\ x >= o.o THEN "exchange" ELSE "answer"
    [] o.t = "retain" -> IF x > 0 /\ x < o.o THEN "exchange" ELSE "answer"
    [] o.t = "load_or_store" -> IF x > 0 THEN "answer"
                                ELSE IF x = Exp THEN "expunged" ELSE "exchange"
    [] o.t = "swap" -> IF x = Exp /\ Bug \notin {"swap-into-expunged", "unexpunges-without-lock"}
                       THEN "expunged" ELSE "exchange"
    [] OTHER -> IF x > 0 THEN "exchange" ELSE "answer"      \* clear-as-range-delete
\* The answer, when nothing is changed because x was seen.
Heard(o, x) == IF x <= 0 THEN 0
               ELSE CASE o.t = "load" -> x [] o.t = "load_or_store" -> Loaded(x) [] OTHER -> 0
\* What is put into the slot in place of x, and the answer then.
NewSlot(o, x) == IF Bug = "unexpunges-without-lock" /\ x = Exp THEN Nil
                 ELSE IF Deletes(o) \/ o.t = "clear" THEN Nil ELSE IF o.t = "update" THEN x + o.v ELSE o.v
Told(o, x) == CASE o.t = "load_or_store" -> o.v
                [] o.t \in {"compare_and_swap", "compare_and_delete"} -> 1
                [] o.t = "update" -> x + o.v
                [] o.t = "clear" -> 0
                [] OTHER -> IF x > 0 THEN x ELSE 0

\* A broken variant that leaves its note before it deletes.
NotesFirst(p) == Bug = "note-before-deletion" /\ Deletes(th[p].op)

\* p has seen x in the slot of entry e.
Decides(p, e, x) ==
  LET w == Verdict(th[p].op, x) IN
  CASE w = "answer" -> Done(p, Heard(th[p].op, x))
    [] w = "exchange" -> /\ th' = [th EXCEPT ![p].pc = (IF NotesFirst(p) /\ ~At(p, "ecas") THEN "note_load" ELSE "ecas"),
                                              ![p].e = e, ![p].v = x]
                         /\ UNCHANGED <<misses, conf>>
    [] OTHER -> \* expunged: to the mutex; under it this cannot be (INV-4)
       /\ th' = [th EXCEPT ![p].pc = (IF mu = p THEN "panic" ELSE "lock"), ![p].e = 0, ![p].v = 0]
       /\ UNCHANGED <<misses, conf>>

ELoad(p) ==
  /\ At(p, "eload")
  /\ Decides(p, th[p].e, heap[th[p].e])
  /\ UNCHANGED <<mu, read, dirty, exl, noted, heap, retired>>

\* Broken variants that store where they should compare and exchange.
Blind(p, o) ==
  \/ Bug = "delete-load-then-store" /\ o.t = "load_and_delete"
  \/ Bug = "load-or-store-check-then-act" /\ o.t = "load_or_store"
  \/ Bug = "swap-load-then-store" /\ o.t = "swap"
  \/ Bug = "cas-check-then-act" /\ o.t = "compare_and_swap"
ECas(p) ==
  /\ At(p, "ecas")
  /\ \E o \in {th[p].op} : \E e \in {th[p].e} : \E x \in {th[p].v} :
     \/ /\ heap[e] = x \/ Blind(p, o)
        /\ heap' = [heap EXCEPT ![e] = NewSlot(o, x)]
        /\ IF Deletes(o) /\ ~NotesFirst(p)
           THEN /\ th' = [th EXCEPT ![p].pc = "note_load", ![p].res = <<Told(o, x)>>,
                                    ![p].e = 0, ![p].v = 0]
                /\ UNCHANGED <<misses, conf>>
           ELSE Done(p, Told(o, x))
     \/ /\ heap[e] # x /\ ~Blind(p, o)
        /\ (IF Bug = "cas-compares-once" /\ o.t = "compare_and_swap"
            THEN th' = [th EXCEPT ![p].v = heap[e]] /\ UNCHANGED <<misses, conf>>
            ELSE Decides(p, e, IF Bug = "retries-with-a-stale-value" THEN x ELSE heap[e]))
        /\ UNCHANGED heap
     \/ \* another box with an equal value
        /\ heap[e] = x /\ x > 0
        /\ UNCHANGED <<heap, th, misses, conf>>
  /\ UNCHANGED <<mu, read, dirty, exl, noted, retired>>

\* swap under the mutex: the entry is in dirty, so it is not expunged (INV-3).
SwapLocked(p) ==
  /\ At(p, "swap")
  /\ heap' = [heap EXCEPT ![th[p].e] = th[p].op.v]
  /\ IF heap[th[p].e] = Exp
     THEN /\ th' = [th EXCEPT ![p].pc = "panic"]
          /\ UNCHANGED <<misses, conf>>
     ELSE Done(p, heap[th[p].e])
  /\ UNCHANGED <<mu, read, dirty, exl, noted, retired>>

(* After a deletion: leave a note for the next copy, if there is none. *)
Noted(p) == IF NotesFirst(p) THEN Goes(p, "ecas") /\ UNCHANGED misses ELSE Done(p, th[p].res[1])
NoteLoad(p) ==
  /\ At(p, "note_load")
  /\ IF noted \/ Bug = "deletes-without-a-note"
     THEN Noted(p)
     ELSE /\ Goes(p, "note_set")
          /\ UNCHANGED misses
  /\ UNCHANGED <<mu, read, dirty, exl, noted, heap, retired>>

NoteSet(p) ==
  /\ At(p, "note_set")
  /\ noted' = TRUE
  /\ Noted(p)
  /\ UNCHANGED <<mu, read, dirty, exl, heap, retired>>

Unlock(p) ==
  /\ At(p, "unlock") /\ Bug # "never-unlocks"
  /\ mu' = NoProc
  /\ IF KeyByKey(th[p].op)
     THEN IF th[p].tb = NoMap THEN Answers(p, NoMap)
          ELSE /\ th' = [th EXCEPT ![p].pc = "visit", ![p].wl = KeysOf(th[p].tb), ![p].res = NoMap]
               /\ UNCHANGED conf
     ELSE IF th[p].e # 0
     THEN /\ th' = [th EXCEPT ![p].pc = "eload", ![p].res = <<>>]
          /\ UNCHANGED conf
     ELSE Answers(p, th[p].res)
  /\ UNCHANGED <<read, dirty, misses, exl, noted, heap, retired>>

\* range, retain and is_empty come to the next key of their table, and load its slot.
Looks(o) == o.t \in {"range", "is_empty"}
Visit(p) ==
  /\ At(p, "visit")
  /\ \E k \in th[p].wl :
       LET o == th[p].op
           x == heap[th[p].tb[k]]
           seen == IF Looks(o) THEN [th[p].res EXCEPT ![k] = Live(th[p].tb[k])] ELSE th[p].res
       IN
       IF ~Looks(o) /\ Verdict(o, x) = "exchange"
       THEN /\ th' = [th EXCEPT ![p].wl = @ \ {k}, ![p].pc = "ecas", ![p].e = th[p].tb[k], ![p].v = x]
            /\ UNCHANGED conf
       ELSE IF th[p].wl = {k} \/ (o.t = "is_empty" /\ x > 0)
       THEN Answers(p, IF o.t = "clear" THEN <<0>>
                       ELSE [j \in Keys |-> IF j \in th[p].wl \ {k} THEN -1 ELSE seen[j]])
       ELSE /\ th' = [th EXCEPT ![p].wl = @ \ {k}, ![p].res = seen]
            /\ UNCHANGED conf
  /\ UNCHANGED <<mu, read, dirty, misses, exl, noted, heap, retired>>

----------------------------------------------------------------------------
AllDone == \A p \in Procs : At(p, "idle") /\ th[p].n = MaxOps

Finished == AllDone /\ UNCHANGED vars

Next ==
  \/ \E p \in Procs :
       \/ Rd1(p) \/ Lock(p) \/ Unlock(p)
       \/ Rd2Find(p) \/ Rd2Store(p) \/ Rd2Walk(p) \/ Rd2Clear(p) \/ Rd3(p)
       \/ Promo(p) \/ Out(p) \/ Clear(p)
       \/ NoteTake(p) \/ XLoad(p) \/ XCas(p) \/ Amend(p) \/ Unexp(p)
       \/ ELoad(p) \/ ECas(p) \/ SwapLocked(p) \/ NoteLoad(p) \/ NoteSet(p) \/ Visit(p)
  \/ Finished

\* A step of p: whatever p does changes its place or its registers.
Step(p) == Next /\ th'[p] # th[p]

Spec == Init /\ [][Next]_vars
FairSpec == Spec /\ \A p \in Procs : WF_vars(Step(p))

----------------------------------------------------------------------------
(* What is checked, beside the invariants of MapState. *)

\* Only the holder of the mutex is where it must be held.
LockedPcs == {"rd2", "rd3", "promo", "out", "clear", "note_take", "xload", "xcas", "amend",
              "unexp", "swap", "unlock"}
MutualExclusion == \A p \in Procs : /\ th[p].pc \in LockedPcs => mu = p
                                    /\ mu = p => th[p].pc \in LockedPcs \cup {"eload", "ecas", "panic"}

\* No process comes to a place that the code calls unreachable.
NoPanic == \A p \in Procs : ~At(p, "panic")

\* Every look-up under the mutex that read could not answer is counted, and twice if it
\* may leave a deleted entry behind.
MissesCount ==
  [][\A p \in Procs : (Finds(th[p].op) /\ At(p, "rd2") /\ th'[p].pc # "rd2"
                       /\ read.m[th[p].op.k] = 0 /\ read.am) => misses' = misses + (IF Deletes(th[p].op) /\ th[p].op.t # "load_and_delete" THEN 2 ELSE 1)]_vars

\* A load_and_delete of a key that only dirty has takes the entry out of it at once:
\* otherwise a key that comes and goes would stay until the next promotion and copy.
TakesOut ==
  [][\A p \in Procs : (th[p].op.t = "load_and_delete" /\ At(p, "rd2") /\ th'[p].pc # "rd2"
                       /\ read.m[th[p].op.k] = 0) => dirty'.m[th[p].op.k] = 0]_vars

\* Some order of the operations explains all answers.
Linearizable == Monitor => conf # {}

\* And one of these orders leads to the very map that the tables hold now.
GhostAgrees == Monitor => \E c \in Closure(conf, Ops) : c.m = AbsMap

\* Each step is a step of AtomicMap, or none, seen through AbsMap.
Abstract == INSTANCE AtomicMap WITH map <- AbsMap, op <- Ops
Refines == [][Abstract!Next]_AbsMap

\* Every call returns, if no process stops for ever.
Termination == <>AllDone
=============================================================================
