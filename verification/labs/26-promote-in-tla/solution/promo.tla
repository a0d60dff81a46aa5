Promo(p) ==
  /\ At(p, "promo")
  /\ read' = [m |-> dirty.m, am |-> FALSE, tab |-> TRUE]
  /\ dirty' = NoDirty
  /\ misses' = 0
  /\ exl' = {}
  /\ th' = [th EXCEPT ![p].pc = (IF exl = {} THEN AfterPromo(th[p].op) ELSE "out"),
                      ![p].wl = exl]
  /\ UNCHANGED <<mu, noted, heap, retired, conf>>
