INV3 ==
  /\ \A k \in Keys : dirty.m[k] # 0 => heap[dirty.m[k]] # Exp
  \* yours
