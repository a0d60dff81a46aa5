----------------------------- MODULE CounterMap -----------------------------
(* CounterMap of src/counter/by_key.rs: a number a key, none of whose increments is lost.

   A SyncMap has a cell for each key.  A cell is one atomic word: a number and a
   retired mark.  To remove a counter is to set the mark, which takes the number
   in the same access; then to take the cell out of the map, by its identity.
   An add that comes to a marked cell does not count: it helps to take the cell
   out, and tries again with a new one.

   The map is one atomic step an operation here: that SyncMap is linearizable is
   the business of SyncMap.tla.  Cells are numbers, and never used again: the
   guard sees to that (Reclamation.tla). *)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  Procs, Keys,
  Kinds,     \* "add", "get", "reset_and_get", "remove"
  Calls,     \* {}, or the only calls that may be made (to follow a recorded execution)
  MaxOps,    \* how many calls a process may make
  StartAny,  \* begin with a counter of 2, or with none, for each key; else with none
  Bug        \* "none", or the name of a broken variant

VARIABLES
  map,       \* map[k]: the cell of key k, or 0
  cell,      \* cell[c] = [n: its number, mark: whether it is retired]
  th,        \* pc; op [t, k, v], v being what an add brings; c, the cell that it works on; res; n, calls
  added,     \* ghost: added[k], all that was added
  taken,     \* ghost: taken[k], all that was taken
  conf       \* ghost: as in Linearizability.tla

vars == <<map, cell, th, added, taken, conf>>

Absent == -1          \* no counter, where 0 is a counter at zero
NoOp == [t |-> "none", k |-> 0, v |-> 0]
Reg0 == [pc |-> "idle", op |-> NoOp, c |-> 0, res |-> 0, n |-> 0]
At(p, l) == th[p].pc = l

\* The sequential meaning: a map from keys to numbers, or Absent.
Zero(x) == IF x = Absent THEN 0 ELSE x
Effect(m, o) == CASE o.t = "add" -> [m EXCEPT ![o.k] = Zero(@) + o.v]
                  [] o.t = "reset_and_get" -> IF m[o.k] = Absent THEN m ELSE [m EXCEPT ![o.k] = 0]
                  [] o.t = "remove" -> [m EXCEPT ![o.k] = Absent]
                  [] OTHER -> m
Answer(m, o) == CASE o.t = "add" -> Zero(m[o.k]) + o.v
                  [] o.t = "remove" -> m[o.k]
                  [] OTHER -> Zero(m[o.k])

\* The ghost, as in Linearizability.tla: -3 idle, -2 pending, else the answer.
After(C, o, p) == { [m |-> Effect(c.m, o), r |-> [c.r EXCEPT ![p] = Answer(c.m, o)]]
                    : c \in {d \in C : d.r[p] = -2} }
RECURSIVE Closure(_)
Closure(C) ==
  LET D == C \cup UNION { After(C, th[p].op, p) : p \in {q \in Procs : th[q].op # NoOp} }
  IN  IF D = C THEN C ELSE Closure(D)
Called(p) == { [m |-> c.m, r |-> [c.r EXCEPT ![p] = -2]] : c \in conf }
Returned(p, x) == { [m |-> c.m, r |-> [c.r EXCEPT ![p] = -3]] : c \in {d \in Closure(conf) : d.r[p] = x} }

\* What the cells say.
Number(k) == IF map[k] = 0 THEN Absent ELSE IF cell[map[k]].mark THEN Absent ELSE cell[map[k]].n

Init ==
  /\ \E s \in [Keys -> IF StartAny THEN BOOLEAN ELSE {FALSE}] :
       /\ map = [k \in Keys |-> IF s[k] THEN k ELSE 0]
       /\ cell = [k \in Keys |-> [n |-> IF s[k] THEN 2 ELSE 0, mark |-> ~s[k]]]
       /\ added = [k \in Keys |-> IF s[k] THEN 2 ELSE 0]
  /\ taken = [k \in Keys |-> 0]
  /\ th = [p \in Procs |-> Reg0]
  /\ conf = {[m |-> [k \in Keys |-> Number(k)], r |-> [p \in Procs |-> -3]]}

Answers(p, x) == /\ th' = [th EXCEPT ![p] = [Reg0 EXCEPT !.n = th[p].n]]
                 /\ conf' = Returned(p, x)
Goes(p, l) == th' = [th EXCEPT ![p].pc = l] /\ UNCHANGED conf

\* The call.
Menu == IF Calls # {} THEN Calls ELSE
        UNION { [t : {t}, k : Keys, v : IF t = "add" THEN {1} ELSE {0}] : t \in Kinds }
Call(p) ==
  /\ At(p, "idle") /\ th[p].n < MaxOps
  /\ \E o \in Menu :
       th' = [th EXCEPT ![p].op = o, ![p].n = @ + 1,
                        ![p].pc = IF o.t = "remove" /\ Bug = "counter-remove-loses" THEN "delete_first" ELSE "load"]
  /\ conf' = Called(p)
  /\ UNCHANGED <<map, cell, added, taken>>

\* Where an operation goes with the cell that it has found.
WithCell(o) == CASE o.t = "add" -> "cell_add" [] o.t = "get" -> "cell_load"
                 [] o.t = "reset_and_get" -> IF Bug = "countermap-resets-by-deleting" THEN "cell_load" ELSE "cell_take"
                 [] OTHER -> "cell_retire"
\* load of the map.
Load(p) ==
  /\ At(p, "load")
  /\ IF map[th[p].op.k] # 0
     THEN /\ th' = [th EXCEPT ![p].c = map[th[p].op.k], ![p].pc = WithCell(th[p].op)]
          /\ UNCHANGED conf
     ELSE IF th[p].op.t = "add" THEN Goes(p, "load_or_store")
     ELSE Answers(p, IF th[p].op.t = "remove" THEN Absent ELSE 0)
  /\ UNCHANGED <<map, cell, added, taken>>

\* load_or_store of a new cell, which has the number already.
LoadOrStore(p) ==
  /\ At(p, "load_or_store")
  /\ IF map[th[p].op.k] # 0
     THEN /\ th' = [th EXCEPT ![p].c = map[th[p].op.k], ![p].pc = "cell_add_again"]
          /\ UNCHANGED <<map, cell, added, conf>>
     ELSE /\ cell' = Append(cell, [n |-> th[p].op.v, mark |-> FALSE])
          /\ map' = [map EXCEPT ![th[p].op.k] = Len(cell) + 1]
          /\ added' = [added EXCEPT ![th[p].op.k] = @ + th[p].op.v]
          /\ Answers(p, th[p].op.v)
  /\ UNCHANGED taken

\* Adds to the cell; counts if it was not marked.
CellAdd(p) ==
  /\ At(p, "cell_add") \/ At(p, "cell_add_again")
  /\ cell' = [cell EXCEPT ![th[p].c].n = @ + th[p].op.v]
  /\ IF ~cell[th[p].c].mark \/ Bug = "counter-add-ignores-the-mark"
     THEN /\ added' = [added EXCEPT ![th[p].op.k] = @ + th[p].op.v]
          /\ Answers(p, cell[th[p].c].n + th[p].op.v)
     ELSE /\ Goes(p, IF At(p, "cell_add") THEN "load_or_store" ELSE "help")
          /\ UNCHANGED added
  /\ UNCHANGED <<map, taken>>

CellLoad(p) ==
  /\ At(p, "cell_load") /\ th[p].op.t = "get"
  /\ Answers(p, IF cell[th[p].c].mark THEN 0 ELSE cell[th[p].c].n)
  /\ UNCHANGED <<map, cell, added, taken>>

\* Takes the number and leaves zero, and the mark as it is.
CellTake(p) ==
  /\ At(p, "cell_take") /\ Bug # "counter-reset-loses"
  /\ cell' = [cell EXCEPT ![th[p].c].n = 0]
  /\ IF cell[th[p].c].mark THEN Answers(p, 0) /\ UNCHANGED taken
     ELSE /\ taken' = [taken EXCEPT ![th[p].op.k] = @ + cell[th[p].c].n]
          /\ Answers(p, cell[th[p].c].n)
  /\ UNCHANGED <<map, added>>

\* Sets the mark: whoever sets it has the number.
CellRetire(p) ==
  /\ At(p, "cell_retire")
  /\ cell' = [cell EXCEPT ![th[p].c].mark = TRUE]
  /\ taken' = (IF cell[th[p].c].mark THEN taken
               ELSE [taken EXCEPT ![th[p].op.k] = @ + cell[th[p].c].n])
  /\ th' = [th EXCEPT ![p].pc = "delete_if", ![p].res = IF cell[th[p].c].mark THEN Absent ELSE cell[th[p].c].n]
  /\ UNCHANGED <<map, added, conf>>

\* delete_if of the map: takes out this very cell, if it is still there.
DeleteIf(p) ==
  /\ At(p, "delete_if") \/ At(p, "help")
  /\ map' = (IF map[th[p].op.k] = th[p].c THEN [map EXCEPT ![th[p].op.k] = 0] ELSE map)
  /\ IF At(p, "help") THEN Goes(p, "load_or_store") ELSE Answers(p, th[p].res)
  /\ UNCHANGED <<cell, added, taken>>

\* Broken: a reset in two accesses, a load and a store.
BrokenTake(p) ==
  \/ /\ At(p, "cell_take") /\ Bug = "counter-reset-loses"
     /\ IF cell[th[p].c].mark THEN Answers(p, 0)
        ELSE /\ th' = [th EXCEPT ![p].res = cell[th[p].c].n, ![p].pc = "take_store"]
             /\ UNCHANGED conf
     /\ UNCHANGED <<map, cell, added, taken>>
  \/ /\ At(p, "take_store")
     /\ cell' = [cell EXCEPT ![th[p].c] = [n |-> 0, mark |-> FALSE]]
     /\ taken' = [taken EXCEPT ![th[p].op.k] = @ + th[p].res]
     /\ Answers(p, th[p].res)
     /\ UNCHANGED <<map, added>>

\* Broken: a removal takes the cell out of the map, and then reads what it holds; a
\* reset reads, and then takes the cell out.
BrokenRemove(p) ==
  \/ /\ At(p, "delete_first")
     /\ IF map[th[p].op.k] = 0 THEN Answers(p, Absent)
        ELSE /\ th' = [th EXCEPT ![p].c = map[th[p].op.k], ![p].pc = "read_after"]
             /\ UNCHANGED conf
     /\ map' = [map EXCEPT ![th[p].op.k] = 0]
     /\ UNCHANGED <<cell, added, taken>>
  \/ /\ At(p, "read_after")
     /\ taken' = [taken EXCEPT ![th[p].op.k] = @ + cell[th[p].c].n]
     /\ Answers(p, cell[th[p].c].n)
     /\ UNCHANGED <<map, cell, added>>
  \/ /\ At(p, "cell_load") /\ th[p].op.t = "reset_and_get"
     /\ th' = [th EXCEPT ![p].res = cell[th[p].c].n, ![p].pc = "delete_key"]
     /\ UNCHANGED <<map, cell, added, taken, conf>>
  \/ /\ At(p, "delete_key")
     /\ map' = [map EXCEPT ![th[p].op.k] = 0]
     /\ taken' = [taken EXCEPT ![th[p].op.k] = @ + th[p].res]
     /\ Answers(p, th[p].res)
     /\ UNCHANGED <<cell, added>>

AllDone == \A p \in Procs : At(p, "idle") /\ th[p].n = MaxOps
Finished == AllDone /\ UNCHANGED vars
Next ==
  \/ \E p \in Procs :
       \/ Call(p) \/ Load(p) \/ LoadOrStore(p) \/ CellAdd(p) \/ CellLoad(p) \/ CellTake(p)
       \/ CellRetire(p) \/ DeleteIf(p) \/ BrokenTake(p) \/ BrokenRemove(p)
  \/ Finished
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
\* For each key: what was added was taken once, or is there.
Conservation == (\A p \in Procs : ~At(p, "read_after")) =>
  \A k \in Keys : added[k] = taken[k] + (IF Number(k) = Absent THEN 0 ELSE Number(k))

\* Some order of the operations explains all answers, and leads to these numbers.
Linearizable == \E c \in Closure(conf) : c.m = [k \in Keys |-> Number(k)]
=============================================================================
