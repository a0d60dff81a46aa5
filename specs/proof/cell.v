(** * The cell of a counter map

    A machine-checked proof about a model of [Cell] in [src/counter/by_key.rs], written
    out by hand in HeapLang.  It is not a proof about the Rust code.

    ** What is modelled
    The cell: one word, the number above the retired mark.

    ** What is left out
    - Overflow: numbers are integers without a bound.
    - Weak memory, as in entry.v.
    - The map that the cells are in: [CounterMap::add] and [remove] on top of it.
    - HeapLang has no [fetch_and] and no [fetch_or]: they are loops of
      compare-exchanges here, proved to be one step.

    ** How to read a statement
    As in entry.v.  Conservation is told with the two ledgers of ledger.v. *)
From SyncMapProof Require Export ledger.
From iris.program_logic Require Export atomic.
From iris.heap_lang Require Import proofmode notation.
From iris.prelude Require Import options.

(** ** The code *)

Definition retired_bit : Z := 1.

Notation "e1 `and` e2" := (BinOp AndOp e1%E e2%E) (at level 40) : expr_scope.
Notation "e1 `or` e2" := (BinOp OrOp e1%E e2%E) (at level 40) : expr_scope.

Definition number : val :=
  λ: "word", if: ("word" `and` #retired_bit) = #0 then SOME ("word" ≫ #1) else NONE.

Definition new_cell : val := λ: "n", ref ("n" * #2).

Definition fetch_update : val :=
  rec: "loop" "l" "f" :=
    let: "before" := !"l" in
    if: CAS "l" "before" ("f" "before") then "before" else "loop" "l" "f".

Definition cell_add : val :=
  λ: "l" "n", let: "before" := FAA "l" ("n" * #2) in
              match: number "before" with
                NONE => NONE
              | SOME "before" => SOME ("before" + "n")
              end.
Definition cell_get : val := λ: "l", number !"l".
Definition cell_take : val :=
  λ: "l", number (fetch_update "l" (λ: "word", "word" `and` #retired_bit)).
Definition cell_retire : val :=
  λ: "l", number (fetch_update "l" (λ: "word", "word" `or` #retired_bit)).

(** ** The meaning *)

Inductive cell_state := Counting (n : Z) | Retired.
Global Instance cell_state_inhabited : Inhabited cell_state := populate Retired.

(** What each operation makes of a state.  The answer to all four is what was there. *)
Definition cell_number (c : cell_state) : option Z :=
  match c with Counting n => Some n | Retired => None end.
Definition answer (o : option Z) : val := match o with Some n => SOMEV #n | None => NONEV end.
Definition cell_added (c : cell_state) (n : Z) : cell_state :=
  match c with Counting m => Counting (m + n) | Retired => Retired end.
Definition cell_taken (c : cell_state) : cell_state :=
  match c with Counting _ => Counting 0 | Retired => Retired end.
(** What still can be harvested. *)
Definition remaining (c : cell_state) : Z := default 0%Z (cell_number c).

(** ** The theorems *)

Section cell.
  Context `{!heapGS Σ, !counterG Σ}.

  (** The word: twice the number, and the mark below it. *)
  Definition word_of (w : Z) (c : cell_state) : Prop :=
    match c with Counting n => w = (n * 2)%Z | Retired => ∃ n, w = (n * 2 + 1)%Z end.
  Definition cell (l : loc) (c : cell_state) : iProp Σ := ∃ w : Z, l ↦ #w ∗ ⌜word_of w c⌝.
  Global Instance cell_timeless l c : Timeless (cell l c) := _.

  Lemma mark_of w c : word_of w c → Z.land w 1 = if cell_number c then 0%Z else 1%Z.
  Proof.
    rewrite (Z.land_ones w 1) //. destruct c as [n|]; simpl.
    - intros ->. apply Z_mod_mult.
    - intros [n ->]. change (2 ^ 1)%Z with 2%Z. rewrite Z.add_comm Z_mod_plus_full. done.
  Qed.

  Lemma marked w : Z.lor w 1 = (w / 2 * 2 + 1)%Z.
  Proof.
    apply Z.bits_inj'. intros i Hi. rewrite Z.lor_spec (Z.mul_comm (w / 2)).
    destruct (decide (i = 0%Z)) as [->|Hne].
    - by rewrite Z.testbit_odd_0 orb_true_r.
    - replace i with (Z.succ (i - 1)) by lia. rewrite Z.testbit_odd_succ; [|lia].
      rewrite -Z.div2_div Z.div2_spec Z.shiftr_spec; [|lia].
      replace (i - 1 + 1)%Z with (Z.succ (i - 1)) by lia.
      rewrite (Z.bits_above_log2 1); simpl; [|lia..]. by rewrite orb_false_r.
  Qed.

  Lemma number_spec (w : Z) c :
    {{{ ⌜word_of w c⌝ }}} number #w {{{ RET (answer (cell_number c)); True }}}.
  Proof.
    iIntros (Φ Hw) "HΦ". wp_lam. wp_pures. rewrite (mark_of _ _ Hw). destruct c as [n|]; simpl; wp_pures.
    - rewrite Hw Z.shiftr_div_pow2 // Z.div_mul //. by iApply "HΦ".
    - by iApply "HΦ".
  Qed.

  Theorem new_cell_spec (n : Z) : {{{ True }}} new_cell #n {{{ (l : loc), RET #l; cell l (Counting n) }}}.
  Proof.
    iIntros (Φ) "_ HΦ". wp_lam. wp_pures. wp_alloc l as "L". iApply "HΦ". iExists _. by iFrame.
  Qed.

  Theorem cell_get_spec (l : loc) :
    ⊢ <<< ∀∀ c, cell l c >>> cell_get #l @ ∅ <<< cell l c, RET (answer (cell_number c)) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_bind (!_)%E. iMod "AU" as (c) "[(%w & L & %Hw) [_ Hclose]]".
    wp_load. iMod ("Hclose" with "[L]") as "HΦ"; [iExists w; by iFrame|]. iModIntro.
    wp_apply (number_spec with "[//]"). iIntros "_". iApply "HΦ".
  Qed.

  (** An add either counts, and says so, or finds the mark: then it changes no number. *)
  Theorem cell_add_spec (l : loc) (n : Z) :
    ⊢ <<< ∀∀ c, cell l c >>>
        cell_add #l #n @ ∅
      <<< cell l (cell_added c n), RET (answer (cell_number (cell_added c n))) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_pures. wp_bind (FAA _ _)%E.
    iMod "AU" as (c) "[(%w & L & %Hw) [_ Hclose]]". wp_faa.
    iMod ("Hclose" with "[L]") as "HΦ".
    { iExists _. iFrame. iPureIntro. destruct c as [m|]; simpl in *; [lia|].
      destruct Hw as [k ->]. exists (k + n)%Z. lia. }
    iModIntro. wp_pures. wp_apply (number_spec with "[//]"). iIntros "_".
    destruct c; simpl; wp_pures; iApply "HΦ".
  Qed.

  (** The loop that stands for [fetch_and] and [fetch_or] is one step. *)
  Lemma fetch_update_spec (l : loc) (f : val) (F : Z → Z) :
    (∀ w : Z, ⊢ WP f #w {{ r, ⌜r = #(F w)⌝ }}) →
    ⊢ <<< ∀∀ w : Z, l ↦ #w >>> fetch_update #l f @ ∅ <<< l ↦ #(F w), RET #w >>>.
  Proof.
    iIntros (Hf Φ) "AU". iLöb as "IH". wp_lam. wp_pures. wp_bind (!_)%E.
    iMod "AU" as (w) "[L [Hclose _]]". wp_load. iMod ("Hclose" with "L") as "AU".
    iModIntro. wp_pures. wp_bind (f _)%E. iApply wp_wand; [iApply Hf|]. iIntros (r ->). wp_pures.
    wp_bind (CmpXchg _ _ _)%E. iMod "AU" as (w1) "[L Hclose]".
    destruct (decide (w1 = w)) as [->|Hne].
    - wp_cmpxchg_suc. iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "L") as "HΦ".
      iModIntro. wp_pures. iApply "HΦ".
    - wp_cmpxchg_fail. iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "L") as "AU".
      iModIntro. wp_pures. by iApply "IH".
  Qed.

  Theorem cell_take_spec (l : loc) :
    ⊢ <<< ∀∀ c, cell l c >>> cell_take #l @ ∅ <<< cell l (cell_taken c), RET (answer (cell_number c)) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_pures.
    awp_apply (fetch_update_spec _ _ (λ w, Z.land w 1)).
    { iIntros (w). wp_pures. done. }
    iApply (aacc_aupd_commit with "AU"); [done|]. iIntros (c) "(%w & L & %Hw)".
    iAaccIntro with "L".
    { iIntros "L". iModIntro. iSplitL; [iExists w; by iFrame|by eauto]. }
    iIntros "L". iModIntro. iSplitL "L".
    { iExists _. iFrame. iPureIntro. rewrite (mark_of _ _ Hw). destruct c; simpl; [done|by exists 0%Z]. }
    iIntros "HΦ !>". wp_apply (number_spec with "[//]"). iIntros "_". iApply "HΦ".
  Qed.

  Theorem cell_retire_spec (l : loc) :
    ⊢ <<< ∀∀ c, cell l c >>> cell_retire #l @ ∅ <<< cell l Retired, RET (answer (cell_number c)) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_pures.
    awp_apply (fetch_update_spec _ _ (λ w, Z.lor w 1)).
    { iIntros (w). wp_pures. done. }
    iApply (aacc_aupd_commit with "AU"); [done|]. iIntros (c) "(%w & L & %Hw)".
    iAaccIntro with "L".
    { iIntros "L". iModIntro. iSplitL; [iExists w; by iFrame|by eauto]. }
    iIntros "L". iModIntro. iSplitL "L".
    { iExists _. iFrame. iPureIntro. simpl. exists (w / 2)%Z. apply marked. }
    iIntros "HΦ !>". wp_apply (number_spec with "[//]"). iIntros "_". iApply "HΦ".
  Qed.

  (** *** Conservation: what was added is harvested once, or still there. *)
  Definition cellN := nroot .@ "cell".
  Definition cell_inv γ (l : loc) : iProp Σ := ∃ c, cell l c ∗ balance γ (remaining c).
  Definition shared_cell γ (l : loc) : iProp Σ := cinv cellN (name_inv γ) (cell_inv γ l).

  Theorem cell_share (l : loc) (n : Z) :
    cell l (Counting n) ={⊤}=∗ ∃ γ, shared_cell γ l ∗ share γ 1 n 0.
  Proof.
    iIntros "L". iMod (cinv_alloc_cofinite ∅ ⊤ cellN) as (γi _) "[Own Alloc]".
    iMod (balance_alloc γi n) as (γ <-) "(B & A & H)".
    iMod ("Alloc" $! (cell_inv γ l) with "[L B]") as "I".
    { iNext. iExists _. by iFrame. }
    iModIntro. iExists γ. by iFrame.
  Qed.

  (** An add that says it counted is in the ledger; one that found the mark is not, and its caller goes to a new cell. *)
  Theorem cell_add_conserves γ (l : loc) (n : Z) q a h :
    shared_cell γ l -∗ share γ q a h -∗
    WP cell_add #l #n {{ r,
      (∃ m : Z, ⌜r = SOMEV #m⌝ ∗ share γ q (a + n) h) ∨ (⌜r = NONEV⌝ ∗ share γ q a h) }}.
  Proof.
    iIntros "#I (Own & A & H)". awp_apply cell_add_spec.
    iInv "I" with "Own" as "[(%c & >L & >B) Own]". iAaccIntro with "L".
    { iIntros "L". iModIntro. iFrame. iNext. iExists c. by iFrame. }
    iIntros "L". destruct c as [m|].
    - iMod (balance_add _ _ _ _ n with "B A") as "[B A]". iModIntro.
      iSplitL "L B"; [iNext; iExists _; by iFrame|]. iLeft. iExists _. by iFrame.
    - iModIntro. iSplitL "L B"; [iNext; iExists _; by iFrame|]. iRight. by iFrame.
  Qed.

  (** [reset_and_get] and [remove]: what they answer is in the ledger of harvests. *)
  Theorem cell_take_conserves γ (l : loc) q a h :
    shared_cell γ l -∗ share γ q a h -∗
    WP cell_take #l {{ r, ∃ o, ⌜r = answer o⌝ ∗ share γ q a (h + default 0%Z o) }}.
  Proof.
    iIntros "#I (Own & A & H)". awp_apply cell_take_spec.
    iInv "I" with "Own" as "[(%c & >L & >B) Own]". iAaccIntro with "L".
    { iIntros "L". iModIntro. iFrame. iNext. iExists c. by iFrame. }
    iIntros "L". iMod (balance_take _ _ _ _ (remaining c) with "B H") as "[B H]". iModIntro.
    iSplitL "L B".
    { iNext. iExists _. iFrame "L". destruct c; simpl; by rewrite Z.sub_diag. }
    iExists (cell_number c). by iFrame.
  Qed.

  Theorem cell_retire_conserves γ (l : loc) q a h :
    shared_cell γ l -∗ share γ q a h -∗
    WP cell_retire #l {{ r, ∃ o, ⌜r = answer o⌝ ∗ share γ q a (h + default 0%Z o) }}.
  Proof.
    iIntros "#I (Own & A & H)". awp_apply cell_retire_spec.
    iInv "I" with "Own" as "[(%c & >L & >B) Own]". iAaccIntro with "L".
    { iIntros "L". iModIntro. iFrame. iNext. iExists c. by iFrame. }
    iIntros "L". iMod (balance_take _ _ _ _ (remaining c) with "B H") as "[B H]". iModIntro.
    iSplitL "L B".
    { iNext. iExists _. iFrame "L". by rewrite Z.sub_diag. }
    iExists (cell_number c). by iFrame.
  Qed.

  (** When all shares have come back: what is left in the cell, nothing if it is retired, is what was added less what
      was harvested. *)
  Theorem cell_unshare γ (l : loc) a h :
    shared_cell γ l -∗ share γ 1 a h ={⊤}=∗ ∃ c, cell l c ∗ ⌜remaining c = (a - h)%Z⌝.
  Proof.
    iIntros "I (Own & A & H)". iMod (cinv_cancel with "I Own") as "(%c & >L & >B)"; [done|].
    iDestruct (balance_all with "B A H") as %Hb. iModIntro. iExists c. iFrame. iPureIntro. lia.
  Qed.
End cell.
