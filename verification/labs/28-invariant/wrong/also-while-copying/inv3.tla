INV3 ==
  /\ \A k \in Keys : dirty.m[k] # 0 => heap[dirty.m[k]] # Exp
  /\ ~dirty.is => \A k \in Keys : read.m[k] # 0 => heap[read.m[k]] # Exp
  /\ dirty.is => \A k \in Keys :
       (read.m[k] # 0 /\ heap[read.m[k]] # Exp) => dirty.m[k] = read.m[k]
