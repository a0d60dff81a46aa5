----------------------------- MODULE Reclamation -----------------------------
(* How memory is given back: guards, retirement, freeing, and addresses that are
   used again.

   One atomic pointer stands for every pointer of the map: the slot of an entry,
   whose values come and go, or `read`, whose tables do.  A process pins, works,
   unpins.  What it takes out of the pointer it retires; what is retired is freed
   when all guards that lived at the retirement have gone; an address that is
   free may be allocated again, for another object.

     read      Pin, Load, Use, Unpin                (load, range)
     swap      Pin, Swap, Retire, Unpin             (swap, store; promote and clear for tables)
     delete    Pin, Load, Use, Cas, Retire, Unpin   (delete, compare_and_swap, update: the value that
                                                     was looked at is exchanged by its address)

   INV-6 and INV-7 are checked here for one pointer; that entries are retired
   once and in time is checked in SyncMap.tla, where the tables are.

   Left out: when crossbeam-epoch frees (here: at any moment after it may), and
   the fences by which its pins and retirements see each other. *)
EXTENDS Integers, FiniteSets

CONSTANTS
  Procs,
  Addresses, \* where objects may live
  Kinds,     \* "read", "swap", "delete"
  MaxOps,    \* how many operations a process may do
  Bug        \* "none", or the name of a broken variant

VARIABLES
  pointer,   \* the address that the pointer holds, or 0
  mem,       \* mem[a]: "free", "live", "retired"
  born,      \* born[a]: how often a was allocated: tells objects at one address apart
  waits,     \* waits[a]: the processes whose guards a retired object waits for
  pinned,    \* the processes that have a guard
  th,        \* pc; kind; a, an address; b, which object there it means; n, operations
  wrong      \* ghost: what went wrong, if anything

vars == <<pointer, mem, born, waits, pinned, th, wrong>>

Reg0 == [pc |-> "idle", kind |-> "none", a |-> 0, b |-> 0, n |-> 0]
At(p, l) == th[p].pc = l
Goes(p, l) == th' = [th EXCEPT ![p].pc = l]

Init ==
  /\ \E first \in Addresses \cup {0} :
       /\ pointer = first
       /\ mem = [a \in Addresses |-> IF a = first THEN "live" ELSE "free"]
       /\ born = [a \in Addresses |-> IF a = first THEN 1 ELSE 0]
  /\ waits = [a \in Addresses |-> {}]
  /\ pinned = {}
  /\ th = [p \in Procs |-> Reg0]
  /\ wrong = "nothing"

\* A guard is taken. (It comes before everything, and before the mutex.)
Pin(p) ==
  /\ \/ /\ At(p, "idle") /\ th[p].n < MaxOps
        /\ \E kind \in Kinds :
             th' = [th EXCEPT ![p] = [Reg0 EXCEPT !.n = th[p].n + 1, !.kind = kind,
                !.pc = CASE kind # "swap" -> "load"
                         [] Bug = "retire-before-unlink" /\ pointer # 0 -> "retire_early"
                         [] OTHER -> "swap"]]
     \/ At(p, "pin_again") /\ Goes(p, "cas")
  /\ pinned' = pinned \cup {p}
  /\ UNCHANGED <<pointer, mem, born, waits, wrong>>

\* The pointer is read. Null: there is nothing to do.
Load(p) ==
  /\ At(p, "load")
  /\ th' = (IF pointer = 0 THEN [th EXCEPT ![p].pc = "unpin"]
            ELSE [th EXCEPT ![p].a = pointer, ![p].b = born[pointer],
                            ![p].pc = IF Bug = "guard-dropped-before-use" THEN "unpin_early" ELSE "use"])
  /\ UNCHANGED <<pointer, mem, born, waits, pinned, wrong>>

\* The object is looked at: it must be there, and be the one that was found.
Intact(a, b) == mem[a] # "free" /\ born[a] = b
Use(p) ==
  /\ At(p, "use")
  /\ wrong' = (IF Intact(th[p].a, th[p].b) THEN wrong ELSE "used after it was freed")
  /\ Goes(p, CASE th[p].kind = "read" -> IF p \in pinned THEN "unpin" ELSE "end"
               [] Bug = "compare-without-guard" -> "unpin_between"
               [] OTHER -> IF p \in pinned THEN "cas" ELSE "end")
  /\ UNCHANGED <<pointer, mem, born, waits, pinned>>

\* A new object takes the place of what the pointer holds.
Swap(p) ==
  /\ At(p, "swap")
  /\ \E new \in {a \in Addresses : mem[a] = "free"} :
       /\ born' = [born EXCEPT ![new] = @ + 1]
       /\ mem' = [a \in Addresses |-> IF a = new THEN "live"
                   ELSE IF a = pointer /\ Bug = "clear-frees-dirty-now" THEN "free" ELSE mem[a]]
       /\ pointer' = new
  /\ th' = [th EXCEPT ![p].a = pointer,
                      ![p].pc = IF pointer = 0 \/ th[p].a # 0 \/ Bug \in {"clear-frees-dirty-now", "forgets-to-retire"}
                                THEN "unpin" ELSE "retire"]
  /\ UNCHANGED <<waits, pinned, wrong>>

\* Null takes the place of the very object that was looked at: by its address.
Cas(p) ==
  /\ At(p, "cas")
  /\ IF pointer = th[p].a
     THEN /\ pointer' = 0
          /\ wrong' = (IF born[pointer] = th[p].b THEN wrong ELSE "exchanged another object (ABA)")
          /\ Goes(p, "retire")
     ELSE /\ Goes(p, IF Bug = "double-retire" THEN "retire" ELSE "unpin")
          /\ UNCHANGED <<pointer, wrong>>
  /\ UNCHANGED <<mem, born, waits, pinned>>

\* What this process took out is handed to the epoch, which notes who is pinned.
Retires(p, a) ==
  /\ wrong' = (IF mem[a] = "live" THEN wrong ELSE "retired twice")
  /\ mem' = [mem EXCEPT ![a] = "retired"]
  /\ waits' = [waits EXCEPT ![a] = pinned]
Retire(p) ==
  /\ At(p, "retire")
  /\ Retires(p, th[p].a)
  /\ Goes(p, "unpin")
  /\ UNCHANGED <<pointer, born, pinned>>
\* Broken: before the exchange.
RetireEarly(p) ==
  /\ At(p, "retire_early")
  /\ IF pointer = 0 THEN UNCHANGED <<wrong, mem, waits>> ELSE Retires(p, pointer)
  /\ th' = [th EXCEPT ![p].pc = "swap", ![p].a = pointer]
  /\ UNCHANGED <<pointer, born, pinned>>

\* The guard ends: nothing waits for it any more, and no reference is left.
After(p) == CASE At(p, "unpin_early") -> "use" [] At(p, "unpin_between") -> "pin_again" [] OTHER -> "idle"
Unpin(p) ==
  /\ At(p, "unpin") \/ At(p, "unpin_early") \/ At(p, "unpin_between")
  /\ pinned' = pinned \ {p}
  /\ waits' = [a \in Addresses |-> waits[a] \ {p}]
  /\ th' = (IF At(p, "unpin") THEN [th EXCEPT ![p] = [Reg0 EXCEPT !.n = th[p].n]]
            ELSE [th EXCEPT ![p].pc = After(p)])
  /\ UNCHANGED <<pointer, mem, born, wrong>>
\* (Broken variants that used an object without a guard.)
End(p) ==
  /\ At(p, "end")
  /\ th' = [th EXCEPT ![p] = [Reg0 EXCEPT !.n = th[p].n]]
  /\ UNCHANGED <<pointer, mem, born, waits, pinned, wrong>>

\* The epoch frees what no guard can see any more.
Free(a) ==
  /\ mem[a] = "retired" /\ (waits[a] = {} \/ Bug = "frees-under-guards")
  /\ mem' = [mem EXCEPT ![a] = "free"]
  /\ UNCHANGED <<pointer, born, waits, pinned, th, wrong>>

AllDone == /\ \A p \in Procs : At(p, "idle") /\ th[p].n = MaxOps
           /\ \A a \in Addresses : mem[a] # "retired"
\* No address is free for a swap, and none will be: not what is asked here.
Finished == /\ AllDone \/ \E p \in Procs : At(p, "swap") /\ \A a \in Addresses : mem[a] # "free"
            /\ UNCHANGED vars
Next ==
  \/ \E p \in Procs : Pin(p) \/ Load(p) \/ Use(p) \/ Swap(p) \/ Cas(p) \/ Retire(p) \/ RetireEarly(p)
                        \/ Unpin(p) \/ End(p)
  \/ \E a \in Addresses : Free(a)
  \/ Finished
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
\* INV-6 Each object is retired once, and when the pointer does not hold it.
INV6 == /\ wrong # "retired twice"
        /\ pointer # 0 => mem[pointer] = "live"

\* INV-7 What a process found under its guard stays as long as the guard: it is
\* not freed, and its address is not used for another object.
INV7 == /\ wrong # "used after it was freed"
        /\ \A p \in pinned : (At(p, "use") \/ At(p, "cas")) => Intact(th[p].a, th[p].b)

\* An exchange by address takes out the object that was looked at.
NoABA == wrong # "exchanged another object (ABA)"

\* What nobody can reach any more is given back: no leak.
NoLeak == AllDone => \A a \in Addresses : mem[a] = "live" => pointer = a
=============================================================================
