-------------------------- MODULE Linearizability --------------------------
(* The ghost that judges answers.

   A history is linearizable when each operation can be given a moment between
   its call and its return, so that the answers are those of SequentialMap at
   these moments.  To mark one line of the code as "the" moment does not work
   for this algorithm: a load_and_delete may take the entry out of dirty and
   still lose its value to a compare_and_delete that found the entry before.

   So the ghost keeps all possibilities.  It is a set of records, one for each
   choice of moments that explains the answers so far:

     m      the map that this choice has led to
     r[p]   Idle; Pending, if p's operation has not had its moment yet;
            or <<x>>, if it has, and must answer x.
            For a key-by-key operation: r[p][k], -1 as long as k is to come.

   The history is linearizable if and only if the set is not empty. *)
EXTENDS SequentialMap

Idle == <<-2>>
Pending == <<-1>>

\* What p's operation o can make of the choices C, by having (a) its moment now.
After(C, o, p) ==
  IF KeyByKey(o)
  THEN UNION { { [m |-> EffectOn(c.m, o, k), r |-> [c.r EXCEPT ![p][k] = Seen(c.m, o, k)]]
                 : k \in {j \in Keys : c.r[p][j] = -1} } : c \in C }
  ELSE { [m |-> Effect(c.m, o), r |-> [c.r EXCEPT ![p] = <<Answer(c.m, o)>>]]
         : c \in {d \in C : d.r[p] = Pending} }

\* All that running operations (ops[p], or NoOp) can make of the choices C.
RECURSIVE Closure(_, _)
Closure(C, ops) ==
  LET D == C \cup UNION { After(C, ops[p], p) : p \in {q \in Procs : ops[q] # NoOp} }
  IN  IF D = C THEN C ELSE Closure(D, ops)

\* p calls o.
Called(C, p, o) ==
  { [m |-> c.m, r |-> [c.r EXCEPT ![p] = IF KeyByKey(o) THEN [k \in Keys |-> -1] ELSE Pending]]
    : c \in C }

\* Whether answer x is what choice r says. (A key-by-key operation that has ended
\* early tells nothing, -1, of the keys that it has not come to.)
Says(o, r, x) == IF KeyByKey(o) THEN \A k \in Keys : x[k] \in {-1, r[k]} ELSE r = x
\* p's operation returns, and answers x: only the choices that say so remain.
Returned(C, ops, p, x) ==
  { [m |-> c.m, r |-> [c.r EXCEPT ![p] = Idle]]
    : c \in {d \in Closure(C, ops) : Says(ops[p], d.r[p], x)} }
=============================================================================
