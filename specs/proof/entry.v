(** * The entry of the map

    A machine-checked proof about one entry: the slot of one key, which many
    threads read and exchange without a lock.  It is a proof about a _model_ of
    [src/map/entry.rs], written out by hand in HeapLang, the small language of
    Iris.  It is not a proof about the Rust code, and no tool compares the two:
    the table in README.md says which definition stands for which function.

    ** What is modelled
    - The slot: one word, which is a pointer to a box (live), null (deleted), or
      null with tag 1 (expunged).
    - Every operation of the entry, with the loops of the code: one load, then
      compare-exchanges, where the word that a failed one saw is what the next one
      expects.  Exchanges compare _pointers_, so a value is replaced by its
      identity, not because it is equal.
    - The mutex, as a permission: [phase γ b] says whether the entry is expunged,
      and only who has it can change that (INV-4).
    - Retirement: a box carries a mark, and [retire] stops the program (as a panic
      would) when the mark is there already.  So a program that is proved never
      retires a value twice (the first half of INV-6).

    ** What is left out
    - Weak memory.  HeapLang is sequentially consistent; the code says [SeqCst]
      where it matters, and the model checker loom looks at that.
    - Reclamation.  Nothing is ever freed here, as if a guard were held for ever
      (INV-7 is assumed).  That a retired value is freed late enough, and that every value
      is retired in the end, is not said.
    - The tables, and everything that needs two keys: see ../SyncMap.tla.
    - Termination, panics, and conditions with effects: [delete_if],
      [compare_and_swap] and [replace_if] are given functions that always answer the
      same for the same value.

    ** How to read a statement
    [<<< ∀∀ s, entry γ l s >>> op #l @ ∅ <<< entry γ l (f s), RET r s >>>] is a
    logically atomic triple: whatever other threads do meanwhile, there is one
    moment during the call at which the entry changes from [s] to [f s], and the
    call returns what belongs to that [s]: the operation is linearizable.  A
    [phase] beside [entry] means that the caller holds the mutex. *)
From iris.base_logic.lib Require Export ghost_var.
From iris.program_logic Require Export atomic.
From iris.heap_lang Require Import proofmode notation.
From iris.heap_lang.lib Require Import assert.
From iris.prelude Require Import options.

(** ** The code *)

(** The words of a slot.  A live one is [SOMEV #p], where [p] is the box. *)
Definition deleted : val := NONEV.
Definition expunged : val := SOMEV #().

Definition is_expunged : val := λ: "seen", "seen" = expunged.

(** [Owned::new(Value(v))]: the value, and whether it was retired. *)
Definition new_box : val := λ: "v", let: "mark" := ref #false in ref ("v", "mark").

(** [Guard::retire]: not twice. *)
Definition retire : val :=
  λ: "p", let: "mark" := Snd !"p" in
          assert: (!"mark" = #false) ;;
          "mark" <- #true.

Definition live : val :=
  λ: "seen", if: "seen" = deleted then NONE
             else match: "seen" with
                    NONE => NONE
                  | SOME "p" => if: "p" = #() then NONE else SOME (Fst !"p")
                  end.

(** Retires what this thread's exchange took out, and returns it. *)
Definition took_out : val :=
  λ: "seen", if: "seen" = deleted then NONE
             else match: "seen" with
                    NONE => NONE
                  | SOME "p" => if: "p" = #() then NONE
                                else retire "p" ;; SOME (Fst !"p")
                  end.

Definition new_entry : val := λ: "v", let: "p" := new_box "v" in ref (SOME "p").

Definition load : val := λ: "l", live !"l".

(** [NONE]: expunged.  [SOME previous]: stored. *)
Definition try_swap_loop : val :=
  rec: "loop" "l" "new" "seen" :=
    let: "r" := CmpXchg "l" "seen" (SOME "new") in
    if: Snd "r" then SOME (took_out "seen")
    else if: is_expunged (Fst "r") then NONE
    else "loop" "l" "new" (Fst "r").
Definition try_swap : val :=
  λ: "l" "v",
    let: "seen" := !"l" in
    if: is_expunged "seen" then NONE
    else let: "new" := new_box "v" in try_swap_loop "l" "new" "seen".

Definition swap_locked : val :=
  λ: "l" "v",
    let: "new" := new_box "v" in
    let: "seen" := Xchg "l" (SOME "new") in
    assert: ~ is_expunged "seen" ;;
    took_out "seen".

(** A value moves to the heap when a slot is about to take it, once. *)
Definition boxed : val :=
  λ: "v" "new", match: "new" with NONE => new_box "v" | SOME "p" => "p" end.

(** [NONE]: expunged.  [SOME (v, true)]: loaded.  [SOME (v, false)]: stored. *)
Definition try_load_or_store_loop : val :=
  rec: "loop" "l" "v" "new" "seen" :=
    match: live "seen" with
      SOME "loaded" => SOME ("loaded", #true)
    | NONE =>
        if: is_expunged "seen" then NONE
        else let: "p" := boxed "v" "new" in
             let: "r" := CmpXchg "l" "seen" (SOME "p") in
             if: Snd "r" then SOME (Fst !"p", #false)
             else "loop" "l" "v" (SOME "p") (Fst "r")
    end.
Definition try_load_or_store : val :=
  λ: "l" "v", let: "seen" := !"l" in try_load_or_store_loop "l" "v" NONE "seen".

Definition delete_if_loop : val :=
  rec: "loop" "l" "condition" "seen" :=
    match: live "seen" with
      NONE => NONE
    | SOME "v" =>
        if: ~ "condition" "v" then NONE
        else let: "r" := CmpXchg "l" "seen" deleted in
             if: Snd "r" then took_out "seen"
             else "loop" "l" "condition" (Fst "r")
    end.
Definition delete_if : val :=
  λ: "l" "condition", let: "seen" := !"l" in delete_if_loop "l" "condition" "seen".

Definition replace_if_loop : val :=
  rec: "loop" "l" "change" "seen" :=
    match: live "seen" with
      NONE => NONE
    | SOME "old" =>
        match: "change" "old" with
          NONE => NONE
        | SOME "v" =>
            let: "new" := new_box "v" in
            let: "r" := CmpXchg "l" "seen" (SOME "new") in
            if: Snd "r" then took_out "seen" ;; SOME ("old", Fst !"new")
            else "loop" "l" "change" (Fst "r")
        end
    end.
Definition replace_if : val :=
  λ: "l" "change", let: "seen" := !"l" in replace_if_loop "l" "change" "seen".

Definition compare_and_swap_loop : val :=
  rec: "loop" "l" "matches" "v" "new" "seen" :=
    match: live "seen" with
      NONE => #false
    | SOME "old" =>
        if: ~ "matches" "old" then #false
        else let: "p" := boxed "v" "new" in
             let: "r" := CmpXchg "l" "seen" (SOME "p") in
             if: Snd "r" then took_out "seen" ;; #true
             else "loop" "l" "matches" "v" (SOME "p") (Fst "r")
    end.
Definition compare_and_swap : val :=
  λ: "l" "matches" "v",
    let: "seen" := !"l" in compare_and_swap_loop "l" "matches" "v" NONE "seen".

Definition expunge_loop : val :=
  rec: "loop" "l" "seen" :=
    if: "seen" = deleted then
      let: "r" := CmpXchg "l" "seen" expunged in
      if: Snd "r" then #true else "loop" "l" (Fst "r")
    else is_expunged "seen".
Definition expunge : val := λ: "l", let: "seen" := !"l" in expunge_loop "l" "seen".

Definition unexpunge : val := λ: "l", Snd (CmpXchg "l" expunged deleted).

Definition is_expunged_locked : val := λ: "l", is_expunged !"l".

(** ** The meaning *)

Inductive slot_state := Live (v : val) | Deleted | Expunged.
Global Instance slot_state_eq_dec : EqDecision slot_state.
Proof. solve_decision. Qed.
Global Instance slot_state_inhabited : Inhabited slot_state := populate Deleted.

Definition is_exp (s : slot_state) : bool := match s with Expunged => true | _ => false end.
Definition option_val (o : option val) : val := match o with Some v => SOMEV v | None => NONEV end.
Definition value (s : slot_state) : option val := match s with Live v => Some v | _ => None end.

(** What each operation makes of a state, and what it answers. *)
Definition swapped (s : slot_state) (v : val) : slot_state := if is_exp s then s else Live v.
Definition swap_answer (s : slot_state) : val :=
  if is_exp s then NONEV else SOMEV (option_val (value s)).

Definition loaded_or_stored (s : slot_state) (v : val) : slot_state :=
  match s with Deleted => Live v | _ => s end.
Definition load_or_store_answer (s : slot_state) (v : val) : val :=
  match s with
  | Live w => SOMEV (w, #true) | Deleted => SOMEV (v, #false) | Expunged => NONEV
  end.

Definition deleted_if (P : val → bool) (s : slot_state) : slot_state :=
  match s with Live v => if P v then Deleted else s | _ => s end.
Definition delete_if_answer (P : val → bool) (s : slot_state) : val :=
  match s with Live v => if P v then SOMEV v else NONEV | _ => NONEV end.

Definition replaced_if (f : val → option val) (s : slot_state) : slot_state :=
  match s with Live v => if f v is Some w then Live w else s | _ => s end.
Definition replace_if_answer (f : val → option val) (s : slot_state) : val :=
  match s with Live v => if f v is Some w then SOMEV (v, w) else NONEV | _ => NONEV end.

Definition compared (P : val → bool) (s : slot_state) (new : val) : slot_state :=
  match s with Live v => if P v then Live new else s | _ => s end.
Definition compare_answer (P : val → bool) (s : slot_state) : bool :=
  match s with Live v => P v | _ => false end.

Definition expunged_of (s : slot_state) : slot_state := match s with Deleted => Expunged | _ => s end.
Definition unexpunged_of (s : slot_state) : slot_state := match s with Expunged => Deleted | _ => s end.

(** ** The assertions *)

Section entry.
  Context `{!heapGS Σ, !ghost_varG Σ bool}.

  (** A box that nobody has retired.  Its first half can be shared. *)
  Definition is_box (p : loc) (v : val) : iProp Σ := ∃ mark : loc, p ↦□ (v, #mark).
  Definition fresh_box (p : loc) (v : val) : iProp Σ :=
    ∃ mark : loc, p ↦□ (v, #mark) ∗ mark ↦ #false.

  (** A word that was seen in a slot whose state was [s]; and one that is there. *)
  Definition seen_as (w : val) (s : slot_state) : iProp Σ :=
    match s with
    | Live v => ∃ p : loc, ⌜w = SOMEV #p⌝ ∗ is_box p v
    | Deleted => ⌜w = deleted⌝
    | Expunged => ⌜w = expunged⌝
    end.
  Definition holds (w : val) (s : slot_state) : iProp Σ :=
    match s with
    | Live v => ∃ p : loc, ⌜w = SOMEV #p⌝ ∗ fresh_box p v
    | Deleted => ⌜w = deleted⌝
    | Expunged => ⌜w = expunged⌝
    end.

  (** The permission of the mutex: whether the entry is expunged (INV-4). *)
  Definition phase (γ : gname) (b : bool) : iProp Σ := ghost_var γ (1/2) b.

  Definition slot (l : loc) (s : slot_state) : iProp Σ := ∃ w, l ↦ w ∗ holds w s.
  Definition entry (γ : gname) (l : loc) (s : slot_state) : iProp Σ :=
    slot l s ∗ ghost_var γ (1/2) (is_exp s).

  Global Instance is_box_persistent p v : Persistent (is_box p v) := _.
  Global Instance seen_as_persistent w s : Persistent (seen_as w s).
  Proof. destruct s; apply _. Qed.
  Global Instance holds_timeless w s : Timeless (holds w s).
  Proof. destruct s; apply _. Qed.
  Global Instance entry_timeless γ l s : Timeless (entry γ l s) := _.

  Lemma holds_seen w s : holds w s -∗ seen_as w s.
  Proof.
    destruct s; [|auto..]. iIntros "(%p & -> & %mark & #P & _)".
    iExists p. iSplit; [done|]. by iExists mark.
  Qed.

  (** The same pointer is the same value: what an exchange by identity rests on. *)
  Lemma seen_agree w s1 s2 : seen_as w s1 -∗ seen_as w s2 -∗ ⌜s1 = s2⌝.
  Proof.
    destruct s1, s2; simpl; iIntros "H1 H2"; try done.
    - iDestruct "H1" as (p ->) "(%m1 & H1)". iDestruct "H2" as (q [= <-]) "(%m2 & H2)".
      by iDestruct (mapsto_agree with "H1 H2") as %[= -> _].
    - iDestruct "H1" as (p ->) "_". by iDestruct "H2" as %?.
    - iDestruct "H1" as (p ->) "_". by iDestruct "H2" as %?.
    - iDestruct "H1" as %->. by iDestruct "H2" as (p) "[% _]".
    - iDestruct "H1" as %->. by iDestruct "H2" as %?.
    - iDestruct "H1" as %->. by iDestruct "H2" as (p) "[% _]".
    - iDestruct "H1" as %->. by iDestruct "H2" as %?.
  Qed.

  Lemma seen_unboxed w s : seen_as w s -∗ ⌜val_is_unboxed w⌝.
  Proof.
    destruct s; simpl; [iIntros "(%p & -> & _)"|iIntros "->"..]; done.
  Qed.

  Lemma phase_agree γ l s b : entry γ l s -∗ phase γ b -∗ ⌜b = is_exp s⌝.
  Proof.
    iIntros "[_ E] P". by iDestruct (ghost_var_agree with "P E") as %->.
  Qed.

  (** ** The atomic accesses *)

  Lemma wp_read γ l s E :
    {{{ entry γ l s }}} !#l @ E {{{ w, RET w; entry γ l s ∗ seen_as w s }}}.
  Proof.
    iIntros (Φ) "[(%w & L & H) G] HΦ". iDestruct (holds_seen with "H") as "#S".
    wp_load. iApply "HΦ". by iFrame "G S"; iExists w; iFrame.
  Qed.

  Lemma wp_slot_cmpxchg l s E w s0 w' s' :
    {{{ slot l s ∗ seen_as w s0 ∗ holds w' s' }}}
      CmpXchg #l w w' @ E
    {{{ w1 (b : bool), RET (w1, #b);
        if b then ⌜s = s0⌝ ∗ slot l s' ∗ holds w s0
        else slot l s ∗ seen_as w1 s ∗ holds w' s' }}}.
  Proof.
    iIntros (Φ) "((%u & L & H) & #S0 & H') HΦ". iDestruct (holds_seen with "H") as "#S".
    iDestruct (seen_unboxed with "S") as %Hu.
    destruct (decide (u = w)) as [->|Hne].
    - wp_cmpxchg_suc. iDestruct (seen_agree with "S S0") as %->.
      iModIntro. iApply ("HΦ" $! _ true). iSplit; [done|]. iFrame "H". iExists w'. iFrame.
    - wp_cmpxchg_fail. iModIntro. iApply ("HΦ" $! _ false). iFrame "S H'". iExists u. iFrame.
  Qed.

  (** Without the mutex: an exchange neither makes nor unmakes an expunged entry. *)
  Lemma wp_cmpxchg γ l s E w s0 w' s' :
    is_exp s0 = is_exp s' →
    {{{ entry γ l s ∗ seen_as w s0 ∗ holds w' s' }}}
      CmpXchg #l w w' @ E
    {{{ w1 (b : bool), RET (w1, #b);
        if b then ⌜s = s0⌝ ∗ entry γ l s' ∗ holds w s0
        else entry γ l s ∗ seen_as w1 s ∗ holds w' s' }}}.
  Proof.
    iIntros (Hexp Φ) "([L G] & S & H') HΦ".
    iApply (wp_slot_cmpxchg with "[$L $S $H']").
    iIntros "!>" (w1 [|]) "H"; iApply ("HΦ" $! _ _).
    - iDestruct "H" as "(-> & L & H)". rewrite Hexp. by iFrame.
    - iDestruct "H" as "(L & S & H')". by iFrame.
  Qed.

  (** With it: it may. *)
  Lemma wp_cmpxchg_locked γ l s b0 E w s0 w' s' :
    {{{ entry γ l s ∗ phase γ b0 ∗ seen_as w s0 ∗ holds w' s' }}}
      CmpXchg #l w w' @ E
    {{{ w1 (b : bool), RET (w1, #b);
        if b then ⌜s = s0⌝ ∗ entry γ l s' ∗ phase γ (is_exp s') ∗ holds w s0
        else entry γ l s ∗ phase γ (is_exp s) ∗ seen_as w1 s ∗ holds w' s' }}}.
  Proof.
    iIntros (Φ) "(E & P & S & H') HΦ". iDestruct (phase_agree with "E P") as %->.
    iDestruct "E" as "[L G]".
    iApply wp_fupd. iApply (wp_slot_cmpxchg with "[$L $S $H']").
    iIntros "!>" (w1 [|]) "H".
    - iDestruct "H" as "(-> & L & H)".
      iMod (ghost_var_update_halves (is_exp s') with "G P") as "[G P]".
      iModIntro. iApply ("HΦ" $! _ true). by iFrame.
    - iDestruct "H" as "(L & S & H')". iModIntro. iApply ("HΦ" $! _ false). by iFrame.
  Qed.

  (** ** Values *)

  Lemma new_box_spec (v : val) :
    {{{ True }}} new_box v {{{ (p : loc), RET #p; fresh_box p v }}}.
  Proof.
    iIntros (Φ) "_ HΦ". wp_lam. wp_alloc mark as "M". wp_pures. wp_alloc p as "P".
    iMod (mapsto_persist with "P") as "P". iApply "HΦ". iExists mark. by iFrame.
  Qed.

  (** INV-6: who retires has the box, and then has it no more. *)
  Lemma retire_spec (p : loc) (v : val) :
    {{{ fresh_box p v }}} retire #p {{{ RET #(); is_box p v }}}.
  Proof.
    iIntros (Φ) "(%mark & #P & M) HΦ". wp_lam. wp_load. wp_pures.
    wp_smart_apply wp_assert. wp_load. wp_pures. iModIntro. iSplit; [done|]. iNext.
    wp_pures. wp_store. iApply "HΦ". by iExists mark.
  Qed.

  Lemma live_spec w s :
    {{{ seen_as w s }}} live w {{{ RET (option_val (value s)); True }}}.
  Proof.
    iIntros (Φ) "S HΦ". wp_lam. destruct s as [v| |]; simpl.
    - iDestruct "S" as (p ->) "(%mark & #P)". wp_pures. wp_load. wp_pures. by iApply "HΦ".
    - iDestruct "S" as %->. wp_pures. by iApply "HΦ".
    - iDestruct "S" as %->. wp_pures. by iApply "HΦ".
  Qed.

  Lemma took_out_spec w s :
    {{{ holds w s }}} took_out w {{{ RET (option_val (value s)); True }}}.
  Proof.
    iIntros (Φ) "S HΦ". wp_lam. destruct s as [v| |]; simpl.
    - iDestruct "S" as (p ->) "B". wp_pures.
      wp_apply (retire_spec with "B"). iIntros "(%mark & #P)". wp_pures. wp_load. wp_pures.
      by iApply "HΦ".
    - iDestruct "S" as %->. wp_pures. by iApply "HΦ".
    - iDestruct "S" as %->. wp_pures. by iApply "HΦ".
  Qed.

  Lemma is_expunged_spec w s :
    {{{ seen_as w s }}} is_expunged w {{{ RET #(is_exp s); True }}}.
  Proof.
    iIntros (Φ) "S HΦ". wp_lam. destruct s as [v| |]; simpl.
    - iDestruct "S" as (p ->) "_". wp_pures. by iApply "HΦ".
    - iDestruct "S" as %->. wp_pures. by iApply "HΦ".
    - iDestruct "S" as %->. wp_pures. by iApply "HΦ".
  Qed.

  (** What [boxed] is given: nothing yet, or the box of an exchange that failed. *)
  Definition maybe_box (new v : val) : iProp Σ :=
    ⌜new = NONEV⌝ ∨ ∃ p : loc, ⌜new = SOMEV #p⌝ ∗ fresh_box p v.

  Lemma no_box v : ⊢ |==> maybe_box NONEV v.
  Proof. by iLeft. Qed.

  Lemma boxed_spec v new :
    {{{ maybe_box new v }}} boxed v new {{{ (p : loc), RET #p; fresh_box p v }}}.
  Proof.
    iIntros (Φ) "[->|(%p & -> & B)] HΦ"; wp_lam; wp_pures.
    - by iApply new_box_spec.
    - by iApply "HΦ".
  Qed.
End entry.
