------------------------------- MODULE Edges -------------------------------
(* SyncMap with two more variables, which remember what a process has called and
   what it was told.  Only for the way from the specification to the code: the
   graph of this module's states is written to edges/, and verification/tests/
   edges.rs walks all of it in the real map (see README.md).

   Steps that change nothing are left out: the third case of ECas, and Finished. *)
EXTENDS SyncMap

VARIABLES called,   \* called[p]: the operation that p runs, or has run
          said      \* said[p]: what it answered, once it has returned

\* What p is told if its step is the last of operation o.
Telling(p, o) ==
  CASE At(p, "idle") -> Nothing(o)
    [] o.t = "retain" -> NoMap
    [] At(p, "eload") -> <<Heard(o, heap[th[p].e])>>
    [] At(p, "ecas") -> <<(IF heap[th[p].e] = th[p].v THEN Told(o, th[p].v) ELSE Heard(o, heap[th[p].e]))>>
    [] At(p, "unlock") /\ KeyByKey(o) -> NoMap
    [] At(p, "visit") -> [k \in Keys |-> IF k \in th[p].wl THEN Live(th[p].tb[k]) ELSE th[p].res[k]]
    [] OTHER -> th[p].res

\* The calls that p's step may be: at its first step, those with this very effect.
Calls(p) == IF At(p, "idle")
            THEN {o \in Menu : th'[p].op = o \/ (th'[p].op = NoOp /\ Over(o))}
            ELSE {called[p]}

EdgesInit == /\ Init
             /\ called = [p \in Procs |-> NoOp]
             /\ said = [p \in Procs |-> <<>>]

EdgesNext == \E p \in Procs :
  /\ Next
  /\ th'[p] # th[p]
  /\ \E o \in Calls(p) :
       /\ called' = [called EXCEPT ![p] = o]
       /\ said' = (IF th'[p].pc = "idle" THEN [said EXCEPT ![p] = Telling(p, o)] ELSE said)

EdgesSpec == EdgesInit /\ [][EdgesNext]_<<vars, called, said>>
=============================================================================
