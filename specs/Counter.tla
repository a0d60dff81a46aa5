------------------------------ MODULE Counter ------------------------------
(* Counter of src/counter/striped.rs: a number spread over stripes.

   An add goes to the stripe of its thread: one atomic access.  A sum walks over
   the stripes, one access each, and so does a take (reset_and_get), which leaves
   zero.  A sum is not the number at one moment.  What is promised is this:
     - nothing is lost: all that was added is in a stripe, or was taken once;
     - a sum has all adds that returned before it began, and no add that began
       after it returned (SumInBounds).

   Left out: that numbers wrap around, and negative adds (SumInBounds is not true
   of them). *)
EXTENDS Integers, FiniteSets

CONSTANTS
  Procs,     \* processes 1..n; process p adds to stripe (p mod Stripes) + 1
  Stripes,   \* how many stripes
  Kinds,     \* "add", "get", "reset_and_get"
  Amounts,   \* what an add may bring
  MaxOps,    \* how many calls a process may make
  Start,     \* what the first stripe holds in the beginning
  Bug        \* "none", or the name of a broken variant

VARIABLES
  stripe,    \* stripe[s]: what it holds
  th,        \* pc; sum so far; i, the next stripe; low, the number when the call began; n, calls
  added,     \* ghost: all that was added
  taken,     \* ghost: all that was taken
  answer     \* ghost: of p's last get: the least it may be, what it was, the most it may be

vars == <<stripe, th, added, taken, answer>>

RECURSIVE Sum(_, _)
Sum(f, s) == IF s = 0 THEN 0 ELSE f[s] + Sum(f, s - 1)
Total == Sum(stripe, Stripes)
Mine(p) == (p % Stripes) + 1
At(p, l) == th[p].pc = l

Init ==
  /\ stripe = [s \in 1..Stripes |-> IF s = 1 THEN Start ELSE 0]
  /\ th = [p \in Procs |-> [pc |-> "idle", sum |-> 0, i |-> 0, low |-> 0, n |-> 0]]
  /\ added = Start
  /\ taken = 0
  /\ answer = [p \in Procs |-> <<0, 0, 0>>]

Back(p, n) == [pc |-> "idle", sum |-> 0, i |-> 0, low |-> 0, n |-> n]
Calls(p) == At(p, "idle") /\ th[p].n < MaxOps

\* Adds: the call, its one access, its return.
StripeAdd(p) ==
  /\ Calls(p) /\ "add" \in Kinds /\ Bug # "counter-add-load-then-store"
  /\ \E n \in Amounts : /\ stripe' = [stripe EXCEPT ![Mine(p)] = @ + n]
                         /\ added' = added + n
  /\ th' = [th EXCEPT ![p] = Back(p, th[p].n + 1)]
  /\ UNCHANGED <<taken, answer>>

\* A sum begins. (No access yet.)
Begin(p, kind) ==
  /\ th' = [th EXCEPT ![p] = [pc |-> kind, sum |-> 0, i |-> 1, low |-> Total, n |-> th[p].n + 1]]
  /\ UNCHANGED <<stripe, added, taken, answer>>
BeginGet(p) ==
  /\ Calls(p) /\ "get" \in Kinds
  /\ Begin(p, "get")
BeginTake(p) ==
  /\ Calls(p) /\ "reset_and_get" \in Kinds
  /\ Begin(p, "reset_and_get")

Last(p) == th[p].i = Stripes
\* The next stripe of a get.
StripeLoad(p) ==
  /\ At(p, "get")
  /\ LET sum == th[p].sum + stripe[th[p].i] IN
     IF Last(p) \/ (Bug = "counter-skips-a-stripe" /\ th[p].i = Stripes - 1)
     THEN /\ answer' = [answer EXCEPT ![p] = <<th[p].low, sum, Total>>]
          /\ th' = [th EXCEPT ![p] = Back(p, th[p].n)]
     ELSE /\ th' = [th EXCEPT ![p].sum = sum, ![p].i = @ + 1]
          /\ UNCHANGED answer
  /\ UNCHANGED <<stripe, added, taken>>

\* The next stripe of a take: read it, and leave zero.
StripeTake(p) ==
  /\ At(p, "reset_and_get") /\ Bug # "counter-reset-loses"
  /\ taken' = taken + stripe[th[p].i]
  /\ stripe' = [stripe EXCEPT ![th[p].i] = 0]
  /\ th' = (IF Last(p) THEN [th EXCEPT ![p] = Back(p, th[p].n)] ELSE [th EXCEPT ![p].i = @ + 1])
  /\ UNCHANGED <<added, answer>>

\* Broken: the same in two accesses, a load and a store.
BrokenLoad(p) ==
  \/ /\ Bug = "counter-reset-loses" /\ At(p, "reset_and_get")
     /\ th' = [th EXCEPT ![p].pc = "reset_store", ![p].sum = stripe[th[p].i]]
     /\ UNCHANGED <<stripe, added, taken, answer>>
  \/ /\ Bug = "counter-add-load-then-store" /\ Calls(p) /\ "add" \in Kinds
     /\ th' = [th EXCEPT ![p] = [pc |-> "add_store", sum |-> stripe[Mine(p)], i |-> 0, low |-> 0,
                                 n |-> th[p].n + 1]]
     /\ UNCHANGED <<stripe, added, taken, answer>>
BrokenStore(p) ==
  \/ /\ At(p, "reset_store")
     /\ stripe' = [stripe EXCEPT ![th[p].i] = 0]
     /\ taken' = taken + th[p].sum
     /\ th' = (IF Last(p) THEN [th EXCEPT ![p] = Back(p, th[p].n)]
               ELSE [th EXCEPT ![p].pc = "reset_and_get", ![p].i = @ + 1])
     /\ UNCHANGED <<added, answer>>
  \/ /\ At(p, "add_store")
     /\ stripe' = [stripe EXCEPT ![Mine(p)] = th[p].sum + 1]
     /\ added' = added + 1
     /\ th' = [th EXCEPT ![p] = Back(p, th[p].n)]
     /\ UNCHANGED <<taken, answer>>

AllDone == \A p \in Procs : At(p, "idle") /\ th[p].n = MaxOps
Finished == AllDone /\ UNCHANGED vars
Next ==
  \/ \E p \in Procs :
       \/ StripeAdd(p) \/ BeginGet(p) \/ BeginTake(p) \/ StripeLoad(p) \/ StripeTake(p)
       \/ BrokenLoad(p) \/ BrokenStore(p)
  \/ Finished
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
\* All that was added is in a stripe, or was taken once.
Conservation == added = taken + Total

\* Without takes, a sum is what it may be.
SumInBounds == "reset_and_get" \in Kinds \/
  \A p \in Procs : answer[p][1] <= answer[p][2] /\ answer[p][2] <= answer[p][3]
=============================================================================
