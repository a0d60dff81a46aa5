INV3 ==
  /\ \A k \in Keys : dirty.m[k] # 0 => heap[dirty.m[k]] # Exp
  /\ (Quiet /\ ~dirty.is) => \A k \in Keys : read.m[k] # 0 => heap[read.m[k]] # Exp
