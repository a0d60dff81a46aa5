(** * The operations of the entry under the mutex

    Here the caller has [phase γ b]: it holds the mutex.  [expunge] and
    [unexpunge] are the only theorems that change it, and no theorem of
    operations.v asks for it: this is INV-4. *)
From SyncMapProof Require Export entry.
From iris.heap_lang Require Import proofmode notation.
From iris.heap_lang.lib Require Import assert.
From iris.prelude Require Import options.

Section locked.
  Context `{!heapGS Σ, !ghost_varG Σ bool}.

  (** The entry is in dirty, so it is not expunged (INV-3): the assertion in the code never fails. *)
  Theorem swap_locked_spec γ (l : loc) (v : val) :
    ⊢ <<< ∀∀ s, entry γ l s ∗ phase γ false >>>
        swap_locked #l v @ ∅
      <<< entry γ l (Live v) ∗ phase γ false, RET (option_val (value s)) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_pures. wp_apply (new_box_spec with "[//]").
    iIntros (p) "B". wp_pures. wp_bind (Xchg _ _)%E.
    iMod "AU" as (s) "[[E P] [_ Hclose]]". iDestruct (phase_agree with "E P") as %Hs.
    iDestruct "E" as "[(%w & L & H) G]". iDestruct (holds_seen with "H") as "#S".
    wp_apply (wp_xchg with "L"). iIntros "L".
    iMod ("Hclose" with "[L B G P]") as "HΦ".
    { rewrite /entry -Hs. iFrame "G P". iExists _. iFrame "L". iExists p. by iFrame. }
    iModIntro. wp_pures. wp_smart_apply wp_assert.
    wp_apply (is_expunged_spec with "S"). iIntros "_". rewrite -Hs. wp_pures.
    iModIntro. iSplit; [done|]. iNext. wp_pures.
    wp_apply (took_out_spec with "H"). iIntros "_". iApply "HΦ".
  Qed.

  Theorem expunge_spec γ (l : loc) :
    ⊢ <<< ∀∀ s, entry γ l s ∗ phase γ (is_exp s) >>>
        expunge #l @ ∅
      <<< entry γ l (expunged_of s) ∗ phase γ (is_exp (expunged_of s)),
          RET #(is_exp (expunged_of s)) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_pures. wp_bind (!_)%E.
    iAssert (∀ w s, ⌜s ≠ Deleted⌝ -∗ seen_as w s -∗ Φ #(is_exp s) -∗
               WP expunge_loop #l w {{ Φ }})%I as "Answers".
    { iIntros (w s Hs) "#S HΦ". wp_lam. wp_pures.
      destruct s as [v| |]; [|done|]; simpl.
      - iDestruct "S" as (p ->) "B". wp_pures.
        wp_apply (is_expunged_spec _ (Live v) with "[B]"); [iExists p; by iFrame "B"|].
        iIntros "_". iApply "HΦ".
      - iDestruct "S" as %->. wp_pures.
        wp_apply (is_expunged_spec _ Expunged with "[//]"). iIntros "_". iApply "HΦ". }
    iMod "AU" as (s) "[[E P] Hclose]". iApply (wp_read with "E"). iIntros "!>" (w) "[E #S]".
    destruct (decide (s = Deleted)) as [->|Hs]; last first.
    { iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E P]") as "HΦ".
      { destruct s; by iFrame. }
      iModIntro. wp_pures. iApply ("Answers" with "[//] S"). by destruct s. }
    iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "[$E $P]") as "AU".
    iModIntro. wp_pures.
    iLöb as "IH" forall (w) "S". iDestruct "S" as %->. wp_lam. wp_pures.
    wp_bind (CmpXchg _ _ _)%E. iMod "AU" as (s) "[[E P] Hclose]".
    iApply (wp_cmpxchg_locked _ _ _ _ _ _ Deleted _ Expunged with "[$E $P]"); [by iSplit|].
    iIntros "!>" (w1 [|]) "H".
    - iDestruct "H" as "(-> & E & P & _)". iDestruct "Hclose" as "[_ Hclose]".
      iMod ("Hclose" with "[$E $P]") as "HΦ". iModIntro. wp_pures. iApply "HΦ".
    - iDestruct "H" as "(E & P & #S & _)".
      destruct (decide (s = Deleted)) as [->|Hs]; last first.
      + iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E P]") as "HΦ".
        { destruct s; by iFrame. }
        iModIntro. wp_pures. iApply ("Answers" with "[//] S"). by destruct s.
      + iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "[$E $P]") as "AU".
        iModIntro. wp_pures. iApply ("IH" with "AU S").
  Qed.

  Theorem unexpunge_spec γ (l : loc) :
    ⊢ <<< ∀∀ s, entry γ l s ∗ phase γ (is_exp s) >>>
        unexpunge #l @ ∅
      <<< entry γ l (unexpunged_of s) ∗ phase γ false, RET #(is_exp s) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_pures. wp_bind (CmpXchg _ _ _)%E.
    iMod "AU" as (s) "[[E P] [_ Hclose]]".
    iDestruct "E" as "[(%w & L & H) G]". iDestruct (holds_seen with "H") as "#S".
    iDestruct (seen_unboxed with "S") as %Hu.
    destruct (decide (s = Expunged)) as [->|Hs].
    - iDestruct "H" as %->. wp_cmpxchg_suc.
      iMod (ghost_var_update_halves false with "G P") as "[G P]".
      iMod ("Hclose" with "[$P $G L]") as "HΦ"; [iExists _; by iFrame|].
      iModIntro. wp_pures. iApply "HΦ".
    - assert (is_exp s = false) as Hexp by by destruct s.
      assert (unexpunged_of s = s) as Hsame by by destruct s.
      destruct (decide (w = expunged)) as [->|Hw].
      { by iDestruct (seen_agree _ s Expunged with "S []") as %->. }
      wp_cmpxchg_fail. rewrite Hexp Hsame.
      iMod ("Hclose" with "[$P G L H]") as "HΦ".
      { rewrite /entry Hexp. iFrame "G". iExists w. iFrame. }
      iModIntro. wp_pures. iApply "HΦ".
  Qed.

  Theorem is_expunged_locked_spec γ (l : loc) b :
    ⊢ <<< ∀∀ s, entry γ l s ∗ phase γ b >>>
        is_expunged_locked #l @ ∅
      <<< entry γ l s ∗ phase γ b, RET #b >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_bind (!_)%E. iMod "AU" as (s) "[[E P] [_ Hclose]]".
    iDestruct (phase_agree with "E P") as %->.
    iApply (wp_read with "E"). iIntros "!>" (w) "[E S]".
    iMod ("Hclose" with "[$E $P]") as "HΦ". iModIntro.
    wp_apply (is_expunged_spec with "S"). iIntros "_". iApply "HΦ".
  Qed.
End locked.
