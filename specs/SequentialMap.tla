--------------------------- MODULE SequentialMap ---------------------------
(* The promise: what each operation does to a plain map, one operation at a
   time.  No concurrency, no tables, no pointers.

   A map is a function from Keys to numbers; 0 means "the key is absent", so
   values are positive.  An operation is a record:

     t   its name, as in the code          k   its key
     v   the value that it brings          o   the value that it compares with

   `store` is a swap, `delete` a load_and_delete, whose answer is dropped: both
   run the very same code.  The closures of the code are these: `update` adds v;
   `delete_if` deletes what is at least o; `retain` keeps what is at least o.

   `range` and `retain` promise less: they act on each key at its own moment.
   EffectOn and Seen say what they do to one key, and what they tell of it.
   `is_empty` is a range that ends at the first key that it finds present. *)
EXTENDS Integers

CONSTANTS Procs, Keys

NoOp == [t |-> "none", k |-> 0, v |-> 0, o |-> 0]

NoMap == [k \in Keys |-> 0]

\* Whether an operation acts on each key at its own moment.
KeyByKey(o) == o.t \in {"range", "retain", "is_empty"}

\* What load_or_store answers when the key was present.
Loaded(x) == 1000 + x

\* The map after operation o.
Effect(m, o) ==
  CASE o.t = "swap" -> [m EXCEPT ![o.k] = o.v]
    [] o.t = "load_or_store" -> IF m[o.k] = 0 THEN [m EXCEPT ![o.k] = o.v] ELSE m
    [] o.t = "load_and_delete" -> [m EXCEPT ![o.k] = 0]
    [] o.t = "compare_and_swap" -> IF m[o.k] = o.o THEN [m EXCEPT ![o.k] = o.v] ELSE m
    [] o.t = "compare_and_delete" -> IF m[o.k] = o.o THEN [m EXCEPT ![o.k] = 0] ELSE m
    [] o.t = "update" -> IF m[o.k] # 0 THEN [m EXCEPT ![o.k] = @ + o.v] ELSE m
    [] o.t = "delete_if" -> IF m[o.k] >= o.o THEN [m EXCEPT ![o.k] = 0] ELSE m
    [] o.t = "clear" -> NoMap
    [] OTHER -> m

\* What operation o answers when the map is m: 0 is "absent", and "no"; 1 is "yes".
Answer(m, o) ==
  CASE o.t \in {"load", "load_and_delete", "swap"} -> m[o.k]
    [] o.t = "load_or_store" -> IF m[o.k] = 0 THEN o.v ELSE Loaded(m[o.k])
    [] o.t \in {"compare_and_swap", "compare_and_delete"} -> IF m[o.k] = o.o THEN 1 ELSE 0
    [] o.t = "update" -> IF m[o.k] # 0 THEN m[o.k] + o.v ELSE 0
    [] o.t = "delete_if" -> IF m[o.k] >= o.o THEN m[o.k] ELSE 0
    [] OTHER -> 0

\* The map after a key-by-key operation has come to key k, and what it tells of k.
EffectOn(m, o, k) ==
  IF o.t = "retain" /\ m[k] # 0 /\ m[k] < o.o THEN [m EXCEPT ![k] = 0] ELSE m
Seen(m, o, k) == IF o.t = "retain" THEN 0 ELSE m[k]
=============================================================================
