(** * The counter

    A machine-checked proof about a model of [Counter] in [src/counter/striped.rs],
    written out by hand in HeapLang.  It is not a proof about the Rust code.

    ** What is modelled
    A row of stripes; [add] adds to one of them, [get] reads them one by one,
    [reset_and_get] takes them one by one.

    ** What is left out
    - Overflow: numbers are integers without a bound.
    - Weak memory, as in entry.v.
    - Which stripe a thread uses: any that exists.

    ** How to read a statement
    As in entry.v.  Conservation is told with the two ledgers of ledger.v. *)
From SyncMapProof Require Export ledger.
From iris.program_logic Require Export atomic.
From iris.heap_lang Require Import proofmode notation.
From iris.prelude Require Import options.

(** ** The code *)

(** [l] is the first of [n] stripes. *)
Definition counter_add : val := λ: "l" "i" "n", FAA ("l" +ₗ "i") "n" ;; #().

Definition fold_stripes : val :=
  rec: "fold" "f" "l" "n" :=
    if: "n" = #0 then #0
    else let: "here" := "f" "l" in
         "here" + "fold" "f" ("l" +ₗ #1) ("n" - #1).
Definition counter_get : val := λ: "l" "n", fold_stripes (λ: "stripe", !"stripe") "l" "n".
Definition counter_reset_and_get : val :=
  λ: "l" "n", fold_stripes (λ: "stripe", Xchg "stripe" #0) "l" "n".

(** ** The theorems *)

Section counter.
  Context `{!heapGS Σ, !counterG Σ}.

  Definition total (zs : list Z) : Z := foldr Z.add 0%Z zs.
  Definition stripes (l : loc) (zs : list Z) : iProp Σ := l ↦∗ ((λ z : Z, #z) <$> zs).

  Lemma total_insert zs i z y : zs !! i = Some z → total (<[i:=y]> zs) = (total zs - z + y)%Z.
  Proof.
    revert i. induction zs as [|x zs IH]; intros [|i] H; simplify_eq/=; [lia|].
    rewrite (IH _ H). lia.
  Qed.
  Lemma total_app zs ys : total (zs ++ ys) = (total zs + total ys)%Z.
  Proof. induction zs; simpl; [done|lia]. Qed.

  (** One add is one step on one stripe. *)
  Theorem counter_add_spec (l : loc) (i : nat) (n : Z) (size : nat) :
    i < size →
    ⊢ <<< ∀∀ zs, stripes l zs ∗ ⌜length zs = size⌝ >>>
        counter_add #l #i #n @ ∅
      <<< stripes l (<[i := (zs !!! i + n)%Z]> zs), RET #() >>>.
  Proof.
    iIntros (Hi Φ) "AU". wp_lam. wp_pures. wp_bind (FAA _ _)%E.
    iMod "AU" as (zs) "[[L %Hlen] [_ Hclose]]".
    destruct (lookup_lt_is_Some_2 zs i) as [z Hz]; [lia|].
    wp_apply (wp_faa_offset with "L").
    { by rewrite list_lookup_fmap Hz. }
    iIntros "L". iMod ("Hclose" with "[L]") as "HΦ".
    { by rewrite /stripes list_fmap_insert (list_lookup_total_correct _ _ _ Hz). }
    iModIntro. wp_pures. iApply "HΦ".
  Qed.

  (** A walk over the stripes, [J i acc] being so before stripe [i]. *)
  Lemma fold_stripes_spec (f : val) (l : loc) (n : nat) (J : nat → Z → iProp Σ) :
    □ (∀ i acc, ⌜i < n⌝ -∗ J i acc -∗
         WP f #(l +ₗ i) {{ r, ∃ z : Z, ⌜r = #z⌝ ∗ J (S i) (acc + z)%Z }}) -∗
    J 0 0%Z -∗
    WP fold_stripes f #l #n {{ r, ∃ z : Z, ⌜r = #z⌝ ∗ J n z }}.
  Proof.
    iIntros "#Step J".
    iAssert (∀ (m i : nat) acc, ⌜(i + m = n)%nat⌝ -∗ J i acc -∗
      WP fold_stripes f #(l +ₗ i) #m {{ r, ∃ z : Z, ⌜r = #z⌝ ∗ J n (acc + z)%Z }})%I as "All".
    { iIntros (m). iInduction m as [|m] "IH"; iIntros (i acc Hm) "J"; wp_lam; wp_pures.
      - iModIntro. iExists 0%Z. rewrite Z.add_0_r. replace i with n by lia. by iFrame.
      - wp_bind (f _)%E. iApply (wp_wand with "[J]"); [by iApply ("Step" with "[%] J"); lia|].
        iIntros (r) "(%z & -> & J)". wp_pures.
        rewrite loc_add_assoc. replace (i + 1)%Z with (S i : Z) by lia.
        replace (S m - 1)%Z with (m : Z) by lia.
        wp_bind (fold_stripes _ _ _). iApply (wp_wand with "[J]").
        { iApply ("IH" with "[%] J"). lia. }
        iIntros (r) "(%y & -> & J)". wp_pures. iModIntro. iExists _. iSplit; [done|].
        by rewrite Z.add_assoc. }
    iDestruct ("All" $! n 0 0%Z with "[//] J") as "W". rewrite loc_add_0.
    iApply (wp_wand with "W"). iIntros (r) "(%z & -> & J)". iExists z. by iFrame.
  Qed.

  (** While others add: each stripe is read at a moment of its own.  [Ψ i z] is what the caller learns at the
      moment at which stripe [i] holds [z]. *)
  Definition moment (l : loc) (Ψ : nat → Z → iProp Σ) (i : nat) : iProp Σ :=
    |={⊤,∅}=> ∃ z : Z, (l +ₗ i) ↦ #z ∗ ((l +ₗ i) ↦ #z ={∅,⊤}=∗ Ψ i z).

  Theorem counter_get_spec (l : loc) (n : nat) (Ψ : nat → Z → iProp Σ) :
    ([∗ list] i ∈ seq 0 n, moment l Ψ i) -∗
    WP counter_get #l #n {{ r, ∃ zs, ⌜r = #(total zs)⌝ ∗ ⌜length zs = n⌝ ∗ [∗ list] i ↦ z ∈ zs, Ψ i z }}.
  Proof.
    iIntros "Moments". wp_lam. wp_pures. iApply (wp_wand with "[Moments]").
    { iApply (fold_stripes_spec _ _ _ (λ i acc, ∃ zs, ⌜acc = total zs⌝ ∗ ⌜length zs = i⌝ ∗
        ([∗ list] k ↦ z ∈ zs, Ψ k z) ∗
        [∗ list] k ∈ seq i (n - i), moment l Ψ k)%I).
      - iIntros "!>" (i acc Hi) "(%zs & -> & %Hlen & Known & Moments)". wp_pures.
        replace (n - i) with (S (n - S i)) by lia. simpl. iDestruct "Moments" as "[Moment Moments]".
        iMod "Moment" as (z) "[L Close]". wp_load. iMod ("Close" with "L") as "K". iModIntro.
        iExists z. iSplit; [done|]. iExists (zs ++ [z]). rewrite total_app app_length /= Z.add_0_r Hlen.
        iSplit; [done|]. iSplit; [iPureIntro; lia|]. iFrame "Moments".
        rewrite big_sepL_app /= Nat.add_0_r Hlen. by iFrame.
      - iExists []. rewrite Nat.sub_0_r. simpl. by iFrame. }
    iIntros (r) "(%z & -> & %zs & -> & %Hlen & Known & _)". iExists zs. by iFrame.
  Qed.

  (** When quiet, the sum is exact. *)
  Theorem counter_get_quiet (l : loc) zs :
    {{{ stripes l zs }}} counter_get #l #(length zs) {{{ RET #(total zs); stripes l zs }}}.
  Proof.
    iIntros (Φ) "L HΦ". wp_lam. wp_pures. iApply (wp_wand with "[L]").
    { iApply (fold_stripes_spec _ _ _ (λ i acc, stripes l zs ∗ ⌜acc = total (take i zs)⌝)%I).
      - iIntros "!>" (i acc Hi) "[L ->]". destruct (lookup_lt_is_Some_2 zs i Hi) as [z Hz].
        wp_pures. wp_apply (wp_load_offset with "L"). { by rewrite list_lookup_fmap Hz. }
        iIntros "L". iExists z. iFrame. iPureIntro.
        by rewrite (take_S_r _ _ _ Hz) total_app /= Z.add_0_r.
      - by iFrame. }
    iIntros (r) "(%z & -> & L & ->)". rewrite firstn_all. by iApply "HΦ".
  Qed.

  Theorem counter_reset_and_get_quiet (l : loc) zs :
    {{{ stripes l zs }}}
      counter_reset_and_get #l #(length zs)
    {{{ RET #(total zs); stripes l (replicate (length zs) 0%Z) }}}.
  Proof.
    iIntros (Φ) "L HΦ". wp_lam. wp_pures. iApply (wp_wand with "[L]").
    { iApply (fold_stripes_spec _ _ _ (λ i acc,
        stripes l (replicate i 0%Z ++ drop i zs) ∗ ⌜acc = total (take i zs)⌝)%I).
      - iIntros "!>" (i acc Hi) "[L ->]". destruct (lookup_lt_is_Some_2 zs i Hi) as [z Hz].
        wp_pures. wp_apply (wp_xchg_offset with "L").
        { rewrite list_lookup_fmap lookup_app_r replicate_length ?Nat.sub_diag; [|lia].
          by rewrite lookup_drop Nat.add_0_r Hz. }
        iIntros "L". iExists z. iSplit; [done|]. iSplitL "L".
        + rewrite /stripes -list_fmap_insert insert_app_r_alt replicate_length ?Nat.sub_diag; [|lia].
          by rewrite (drop_S _ _ _ Hz) replicate_S_end -app_assoc.
        + iPureIntro. by rewrite (take_S_r _ _ _ Hz) total_app /= Z.add_0_r.
      - rewrite drop_0. by iFrame. }
    iIntros (r) "(%z & -> & L & ->)". rewrite firstn_all drop_all app_nil_r. by iApply "HΦ".
  Qed.

  (** *** Conservation: nothing that was added is lost, or harvested twice. *)
  Definition counterN := nroot .@ "counter".
  Definition counter_inv γ (l : loc) (size : nat) : iProp Σ :=
    ∃ zs, stripes l zs ∗ ⌜length zs = size⌝ ∗ balance γ (total zs).
  Definition shared_counter γ (l : loc) (size : nat) : iProp Σ :=
    cinv counterN (name_inv γ) (counter_inv γ l size).

  Theorem counter_share (l : loc) zs :
    stripes l zs ={⊤}=∗ ∃ γ, shared_counter γ l (length zs) ∗ share γ 1 (total zs) 0.
  Proof.
    iIntros "L". iMod (cinv_alloc_cofinite ∅ ⊤ counterN) as (γi _) "[Own Alloc]".
    iMod (balance_alloc γi (total zs)) as (γ <-) "(B & A & H)".
    iMod ("Alloc" $! (counter_inv γ l (length zs)) with "[L B]") as "I".
    { iNext. iExists zs. by iFrame. }
    iModIntro. iExists γ. by iFrame.
  Qed.

  Theorem counter_add_conserves γ (l : loc) (i : nat) (n : Z) (size : nat) q a h :
    i < size →
    shared_counter γ l size -∗ share γ q a h -∗
    WP counter_add #l #i #n {{ r, ⌜r = #()⌝ ∗ share γ q (a + n) h }}.
  Proof.
    iIntros (Hi) "#I (Own & A & H)".
    awp_apply (counter_add_spec _ _ _ size); [done|].
    iInv "I" with "Own" as "[(%zs & >L & >%Hlen & >B) Own]".
    iAssert (stripes l zs ∗ ⌜length zs = size⌝)%I with "[L]" as "L"; [by iFrame|].
    iAaccIntro with "L".
    - iIntros "[L _]". iModIntro. iFrame. iNext. iExists zs. by iFrame.
    - iIntros "L". destruct (lookup_lt_is_Some_2 zs i) as [z Hz]; [lia|].
      iMod (balance_add _ _ _ _ n with "B A") as "[B A]". iModIntro.
      rewrite (list_lookup_total_correct _ _ _ Hz). iSplitL "L B".
      { iNext. iExists _. iFrame "L". rewrite insert_length. iSplit; [done|].
        rewrite (total_insert _ _ _ _ Hz). by replace (total zs - z + (z + n))%Z with (total zs + n)%Z by lia. }
      by iFrame.
  Qed.

  Theorem counter_reset_and_get_conserves γ (l : loc) (size : nat) q a h :
    shared_counter γ l size -∗ share γ q a h -∗
    WP counter_reset_and_get #l #size {{ r, ∃ z : Z, ⌜r = #z⌝ ∗ share γ q a (h + z) }}.
  Proof.
    iIntros "#I (Own & A & H)". wp_lam. wp_pures. iApply (wp_wand with "[Own H]").
    { iApply (fold_stripes_spec _ _ _ (λ i acc, cinv_own (name_inv γ) q ∗ harvested γ q (h + acc))%I).
      - iIntros "!>" (i acc Hi) "[Own H]". wp_pures.
        iInv "I" with "Own" as "[(%zs & >L & >%Hlen & >B) Own]".
        destruct (lookup_lt_is_Some_2 zs i) as [z Hz]; [lia|].
        wp_apply (wp_xchg_offset with "L"). { by rewrite list_lookup_fmap Hz. }
        iIntros "L". iMod (balance_take _ _ _ _ z with "B H") as "[B H]". iModIntro. iSplitL "L B".
        { iNext. iExists (<[i := 0%Z]> zs). rewrite /stripes list_fmap_insert insert_length.
          iFrame "L". iSplit; [done|]. rewrite (total_insert _ _ _ _ Hz). by rewrite Z.add_0_r. }
        iExists z. rewrite Z.add_assoc. by iFrame.
      - rewrite Z.add_0_r. by iFrame. }
    iIntros (r) "(%z & -> & Own & H)". iExists z. by iFrame.
  Qed.

  (** When all shares have come back, what is there is what was added less what was harvested. *)
  Theorem counter_unshare γ (l : loc) (size : nat) a h :
    shared_counter γ l size -∗ share γ 1 a h ={⊤}=∗
    ∃ zs, stripes l zs ∗ ⌜length zs = size⌝ ∗ ⌜total zs = (a - h)%Z⌝.
  Proof.
    iIntros "I (Own & A & H)". iMod (cinv_cancel with "I Own") as "(%zs & >L & >%Hlen & >B)"; [done|].
    iDestruct (balance_all with "B A H") as %Hb. iModIntro. iExists zs. iFrame. iPureIntro. lia.
  Qed.
End counter.
