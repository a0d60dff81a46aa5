----------------------------- MODULE AtomicMap -----------------------------
(* The promise as a machine: a map that many processes share, and that changes
   in one way only: a running operation takes effect, all at once (or, for
   `retain`, on one key at once).

   SyncMap must refine it: seen through AbsMap, each of its steps is a step of
   this machine, or no step at all.  Copying, expunging, unexpunging, promoting
   are no steps: nobody who uses the map can see them.

   Answers are left out here; the ghost of Linearizability.tla judges them. *)
EXTENDS SequentialMap

VARIABLES map,   \* the map
          op     \* op[p] is the operation that p runs, or NoOp

Takes(o) == \/ map' = Effect(map, o)
            \/ KeyByKey(o) /\ \E k \in Keys : map' = EffectOn(map, o, k)

\* An operation may take effect in the step that is its call, or its return.
Next == \E p \in Procs : \/ op'[p] # NoOp /\ Takes(op'[p])
                         \/ op[p] # NoOp /\ Takes(op[p])
=============================================================================
