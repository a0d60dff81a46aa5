Promo(p) ==
  /\ At(p, "promo")
  /\ read' = [m |-> dirty.m, am |-> FALSE, tab |-> TRUE]
  \* yours
  /\ th' = [th EXCEPT ![p].pc = AfterPromo(th[p].op)]
  /\ UNCHANGED <<dirty, misses, exl, mu, noted, heap, retired, conf>>
