(** * The operations of the entry

    One theorem for each operation of entry.v that needs no mutex: [load],
    [try_swap], [try_load_or_store], [delete_if], [replace_if],
    [compare_and_swap].  Those that need it are in locked.v. *)
From SyncMapProof Require Export entry.
From iris.heap_lang Require Import proofmode notation.
From iris.prelude Require Import options.

Section operations.
  Context `{!heapGS Σ, !ghost_varG Σ bool}.

  (** A live entry that no table has yet: its maker gets the entry and, as the
      holder of the mutex, the permission. *)
  Theorem new_entry_spec (v : val) :
    {{{ True }}} new_entry v
    {{{ (l : loc) γ, RET #l; entry γ l (Live v) ∗ phase γ false }}}.
  Proof.
    iIntros (Φ) "_ HΦ". wp_lam. wp_apply (new_box_spec with "[//]").
    iIntros (p) "B". wp_pures. wp_alloc l as "L".
    iMod (ghost_var_alloc false) as (γ) "[G P]".
    iApply "HΦ". iFrame "G P". iExists _. iFrame "L". iExists p. by iFrame.
  Qed.

  Theorem load_spec γ (l : loc) :
    ⊢ <<< ∀∀ s, entry γ l s >>>
        load #l @ ∅
      <<< entry γ l s, RET (option_val (value s)) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_bind (!_)%E.
    iMod "AU" as (s) "[E [_ Hclose]]".
    iApply (wp_read with "E"). iIntros "!>" (w) "[E S]".
    iMod ("Hclose" with "E") as "HΦ". iModIntro.
    wp_apply (live_spec with "S"). iIntros "_". iApply "HΦ".
  Qed.

  Theorem try_swap_spec γ (l : loc) (v : val) :
    ⊢ <<< ∀∀ s, entry γ l s >>>
        try_swap #l v @ ∅
      <<< entry γ l (swapped s v), RET (swap_answer s) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_pures. wp_bind (!_)%E.
    iMod "AU" as (s) "[E Hclose]".
    iApply (wp_read with "E"). iIntros "!>" (w) "[E #S]".
    destruct (is_exp s) eqn:Hs.
    { iDestruct "Hclose" as "[_ Hclose]". rewrite /swapped /swap_answer Hs.
      iMod ("Hclose" with "E") as "HΦ". iModIntro. wp_pures.
      wp_apply (is_expunged_spec with "S"). iIntros "_". rewrite Hs. wp_pures. iApply "HΦ". }
    iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
    wp_apply (is_expunged_spec with "S"). iIntros "_". rewrite Hs. wp_pures.
    wp_apply (new_box_spec with "[//]"). iIntros (p) "B". wp_pures.
    iLöb as "IH" forall (w s Hs) "S". wp_lam. wp_pures. wp_bind (CmpXchg _ _ _)%E.
    iMod "AU" as (s1) "[E Hclose]".
    iApply (wp_cmpxchg _ _ _ _ _ _ _ (Live v) with "[$E $S B]"); [done| |].
    { iExists p. by iFrame. }
    iIntros "!>" (w1 [|]) "H".
    - iDestruct "H" as "(-> & E & H)". iDestruct "Hclose" as "[_ Hclose]".
      rewrite /swapped /swap_answer Hs. iMod ("Hclose" with "E") as "HΦ". iModIntro. wp_pures.
      wp_apply (took_out_spec with "H"). iIntros "_". wp_pures. iApply "HΦ".
    - iDestruct "H" as "(E & #S1 & (%q & %Hq & B))". injection Hq as <-.
      destruct (is_exp s1) eqn:Hs1.
      + iDestruct "Hclose" as "[_ Hclose]". rewrite /swapped /swap_answer Hs1.
        iMod ("Hclose" with "E") as "HΦ". iModIntro. wp_pures.
        wp_apply (is_expunged_spec with "S1"). iIntros "_". rewrite Hs1. wp_pures. iApply "HΦ".
      + iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
        wp_apply (is_expunged_spec with "S1"). iIntros "_". rewrite Hs1. wp_pures.
        by iApply ("IH" with "[//] AU B S1").
  Qed.

  (** What is read decides: an answer at once, or an exchange.  The answer, for each loop. *)
  Lemma load_or_store_answers w s (l : loc) (v new : val) :
    s ≠ Deleted →
    {{{ seen_as w s }}}
      try_load_or_store_loop #l v new w
    {{{ RET (load_or_store_answer s v); True }}}.
  Proof.
    iIntros (Hs Φ) "#S HΦ". wp_lam. wp_pures. wp_apply (live_spec with "S"). iIntros "_".
    destruct s; [|done|]; simpl; wp_pures.
    - by iApply "HΦ".
    - wp_apply (is_expunged_spec _ Expunged with "S"). iIntros "_". wp_pures. by iApply "HΦ".
  Qed.

  Theorem try_load_or_store_spec γ (l : loc) (v : val) :
    ⊢ <<< ∀∀ s, entry γ l s >>>
        try_load_or_store #l v @ ∅
      <<< entry γ l (loaded_or_stored s v), RET (load_or_store_answer s v) >>>.
  Proof.
    iIntros (Φ) "AU". wp_lam. wp_pures. wp_bind (!_)%E.
    iMod "AU" as (s) "[E Hclose]". iApply (wp_read with "E"). iIntros "!>" (w) "[E #S]".
    destruct (decide (s = Deleted)) as [->|Hs]; last first.
    { iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E]") as "HΦ".
      { by destruct s. }
      iModIntro. wp_pures. by wp_apply (load_or_store_answers with "S"); [|iIntros "_"]. }
    iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
    iMod (no_box v) as "B".
    generalize NONEV as new. intros new. iLöb as "IH" forall (w new) "S B AU".
    wp_lam. wp_pures.
    wp_apply (live_spec with "S"). iIntros "_". wp_pures.
    wp_apply (is_expunged_spec _ Deleted with "S"). iIntros "_". wp_pures.
    wp_apply (boxed_spec with "B"). iIntros (p) "B". wp_pures. wp_bind (CmpXchg _ _ _)%E.
    iDestruct "B" as (mark) "[#P M]".
    iMod "AU" as (s) "[E Hclose]".
    iApply (wp_cmpxchg _ _ _ _ _ Deleted _ (Live v) with "[$E $S M]"); [done| |].
    { iExists p. iSplit; [done|]. iExists mark. by iFrame. }
    iIntros "!>" (w1 [|]) "H".
    - iDestruct "H" as "(-> & E & _)". iDestruct "Hclose" as "[_ Hclose]".
      iMod ("Hclose" with "E") as "HΦ". iModIntro. wp_pures. wp_load. wp_pures. iApply "HΦ".
    - iDestruct "H" as "(E & #S1 & (%q & %Hq & B))". injection Hq as <-.
      destruct (decide (s = Deleted)) as [->|Hs]; last first.
      + iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E]") as "HΦ".
        { by destruct s. }
        iModIntro. wp_pures. by wp_apply (load_or_store_answers with "S1"); [|iIntros "_"].
      + iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
        iApply ("IH" with "S1 [B] AU"). iRight. iExists p. by iFrame.
  Qed.

  (** ** Conditions

      [c] is a function of the language that decides [P], and does nothing else. *)
  Definition decides (c : val) (P : val → bool) : Prop :=
    ∀ v : val, ⊢ WP c v {{ r, ⌜r = #(P v)⌝ }}.
  Definition computes (c : val) (f : val → option val) : Prop :=
    ∀ v : val, ⊢ WP c v {{ r, ⌜r = option_val (f v)⌝ }}.

  Lemma delete_if_answers c P w s (l : loc) :
    decides c P → compare_answer P s = false →
    {{{ seen_as w s }}} delete_if_loop #l c w {{{ RET (delete_if_answer P s); True }}}.
  Proof.
    iIntros (Hc Hs Φ) "#S HΦ". wp_lam. wp_pures. wp_apply (live_spec with "S"). iIntros "_".
    destruct s as [v| |]; simpl in *; wp_pures; [|by iApply "HΦ"..].
    wp_bind (c _)%E. iApply wp_wand; [iApply Hc|]. iIntros (r ->). rewrite Hs. wp_pures. by iApply "HΦ".
  Qed.

  (** The value that is deleted is the very one that the condition saw. *)
  Theorem delete_if_spec γ (l : loc) c P :
    decides c P →
    ⊢ <<< ∀∀ s, entry γ l s >>>
        delete_if #l c @ ∅
      <<< entry γ l (deleted_if P s), RET (delete_if_answer P s) >>>.
  Proof.
    iIntros (Hc Φ) "AU". wp_lam. wp_pures. wp_bind (!_)%E.
    iMod "AU" as (s) "[E Hclose]". iApply (wp_read with "E"). iIntros "!>" (w) "[E #S]".
    destruct (compare_answer P s) eqn:Hs; last first.
    { iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E]") as "HΦ".
      { destruct s; simpl in *; by rewrite ?Hs. }
      iModIntro. wp_pures. by wp_apply (delete_if_answers with "S"); [..|iIntros "_"]. }
    iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
    iLöb as "IH" forall (w s Hs) "S". destruct s as [v| |]; try done. simpl in Hs.
    wp_lam. wp_pures. wp_apply (live_spec with "S"). iIntros "_". wp_pures.
    wp_bind (c _)%E. iApply wp_wand; [iApply Hc|]. iIntros (r ->). rewrite Hs. wp_pures.
    wp_bind (CmpXchg _ _ _)%E. iMod "AU" as (s) "[E Hclose]".
    iApply (wp_cmpxchg _ _ _ _ _ (Live v) _ Deleted with "[$E $S]"); [done..|].
    iIntros "!>" (w1 [|]) "H".
    - iDestruct "H" as "(-> & E & H)". iDestruct "Hclose" as "[_ Hclose]". simpl. rewrite Hs.
      iMod ("Hclose" with "E") as "HΦ". iModIntro. wp_pures.
      wp_apply (took_out_spec _ (Live v) with "H"). iIntros "_". iApply "HΦ".
    - iDestruct "H" as "(E & #S1 & _)". destruct (compare_answer P s) eqn:Hs1; last first.
      + iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E]") as "HΦ".
        { destruct s; simpl in *; by rewrite ?Hs1. }
        iModIntro. wp_pures. by wp_apply (delete_if_answers with "S1"); [..|iIntros "_"].
      + iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
        iApply ("IH" with "[//] AU S1").
  Qed.

  Lemma compare_and_swap_answers c P w s (l : loc) (v new : val) :
    decides c P → compare_answer P s = false →
    {{{ seen_as w s }}}
      compare_and_swap_loop #l c v new w
    {{{ RET #(compare_answer P s); True }}}.
  Proof.
    iIntros (Hc Hs Φ) "#S HΦ". wp_lam. wp_pures. wp_apply (live_spec with "S"). iIntros "_".
    destruct s as [u| |]; simpl in *; wp_pures; [|by iApply "HΦ"..].
    wp_bind (c _)%E. iApply wp_wand; [iApply Hc|]. iIntros (r ->). rewrite Hs. wp_pures. by iApply "HΦ".
  Qed.

  Theorem compare_and_swap_spec γ (l : loc) c P (v : val) :
    decides c P →
    ⊢ <<< ∀∀ s, entry γ l s >>>
        compare_and_swap #l c v @ ∅
      <<< entry γ l (compared P s v), RET #(compare_answer P s) >>>.
  Proof.
    iIntros (Hc Φ) "AU". wp_lam. wp_pures. wp_bind (!_)%E.
    iMod "AU" as (s) "[E Hclose]". iApply (wp_read with "E"). iIntros "!>" (w) "[E #S]".
    destruct (compare_answer P s) eqn:Hs; last first.
    { iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E]") as "HΦ".
      { destruct s; simpl in *; by rewrite ?Hs. }
      iModIntro. wp_pures.
      wp_apply (compare_and_swap_answers with "S"); [done..|]. rewrite Hs. by iIntros "_". }
    iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
    iMod (no_box v) as "B".
    generalize NONEV as new. intros new.
    iLöb as "IH" forall (w s Hs new) "S B AU". destruct s as [u| |]; try done. simpl in Hs.
    wp_lam. wp_pures. wp_apply (live_spec with "S"). iIntros "_". wp_pures.
    wp_bind (c _)%E. iApply wp_wand; [iApply Hc|]. iIntros (r ->). rewrite Hs. wp_pures.
    wp_apply (boxed_spec with "B"). iIntros (p) "B". wp_pures. wp_bind (CmpXchg _ _ _)%E.
    iMod "AU" as (s) "[E Hclose]".
    iApply (wp_cmpxchg _ _ _ _ _ (Live u) _ (Live v) with "[$E $S B]"); [done| |].
    { iExists p. by iFrame. }
    iIntros "!>" (w1 [|]) "H".
    - iDestruct "H" as "(-> & E & H)". iDestruct "Hclose" as "[_ Hclose]". simpl. rewrite Hs.
      iMod ("Hclose" with "E") as "HΦ". iModIntro. wp_pures.
      wp_apply (took_out_spec _ (Live u) with "H"). iIntros "_". wp_pures. iApply "HΦ".
    - iDestruct "H" as "(E & #S1 & (%q & %Hq & B))". injection Hq as <-.
      destruct (compare_answer P s) eqn:Hs1; last first.
      + iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E]") as "HΦ".
        { destruct s; simpl in *; by rewrite ?Hs1. }
        iModIntro. wp_pures.
        wp_apply (compare_and_swap_answers with "S1"); [done..|]. rewrite Hs1. by iIntros "_".
      + iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
        iApply ("IH" with "[//] S1 [B] AU"). iRight. iExists p. by iFrame.
  Qed.

  (** What [replace_if] puts in place of a state, if anything. *)
  Definition replacement (f : val → option val) (s : slot_state) : option val :=
    match s with Live v => f v | _ => None end.

  Lemma replace_if_answers c f w s (l : loc) :
    computes c f → replacement f s = None →
    {{{ seen_as w s }}} replace_if_loop #l c w {{{ RET (replace_if_answer f s); True }}}.
  Proof.
    iIntros (Hc Hs Φ) "#S HΦ". wp_lam. wp_pures. wp_apply (live_spec with "S"). iIntros "_".
    destruct s as [u| |]; simpl in *; wp_pures; [|by iApply "HΦ"..].
    wp_bind (c _)%E. iApply wp_wand; [iApply Hc|]. iIntros (r ->). rewrite Hs. simpl. wp_pures. by iApply "HΦ".
  Qed.

  (** What is replaced is the very value that [change] saw. *)
  Theorem replace_if_spec γ (l : loc) c f :
    computes c f →
    ⊢ <<< ∀∀ s, entry γ l s >>>
        replace_if #l c @ ∅
      <<< entry γ l (replaced_if f s), RET (replace_if_answer f s) >>>.
  Proof.
    iIntros (Hc Φ) "AU". wp_lam. wp_pures. wp_bind (!_)%E.
    iMod "AU" as (s) "[E Hclose]". iApply (wp_read with "E"). iIntros "!>" (w) "[E #S]".
    destruct (replacement f s) as [v|] eqn:Hs; last first.
    { iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E]") as "HΦ".
      { destruct s; simpl in *; by rewrite ?Hs. }
      iModIntro. wp_pures. by wp_apply (replace_if_answers with "S"); [..|iIntros "_"]. }
    iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
    iLöb as "IH" forall (w s v Hs) "S". destruct s as [u| |]; try done. simpl in Hs.
    wp_lam. wp_pures. wp_apply (live_spec with "S"). iIntros "_". wp_pures.
    wp_bind (c _)%E. iApply wp_wand; [iApply Hc|]. iIntros (r ->). rewrite Hs. simpl. wp_pures.
    wp_apply (new_box_spec with "[//]"). iIntros (p) "(%mark & #P & M)". wp_pures.
    wp_bind (CmpXchg _ _ _)%E. iMod "AU" as (s) "[E Hclose]".
    iApply (wp_cmpxchg _ _ _ _ _ (Live u) _ (Live v) with "[$E $S M]"); [done| |].
    { iExists p. iSplit; [done|]. iExists mark. by iFrame. }
    iIntros "!>" (w1 [|]) "H".
    - iDestruct "H" as "(-> & E & H)". iDestruct "Hclose" as "[_ Hclose]". simpl. rewrite Hs.
      iMod ("Hclose" with "E") as "HΦ". iModIntro. wp_pures.
      wp_apply (took_out_spec _ (Live u) with "H"). iIntros "_". wp_pures. wp_load. wp_pures.
      iApply "HΦ".
    - iDestruct "H" as "(E & #S1 & _)". destruct (replacement f s) as [v1|] eqn:Hs1; last first.
      + iDestruct "Hclose" as "[_ Hclose]". iMod ("Hclose" with "[E]") as "HΦ".
        { destruct s; simpl in *; by rewrite ?Hs1. }
        iModIntro. wp_pures. by wp_apply (replace_if_answers with "S1"); [..|iIntros "_"].
      + iDestruct "Hclose" as "[Hclose _]". iMod ("Hclose" with "E") as "AU". iModIntro. wp_pures.
        iApply ("IH" with "[//] AU S1").
  Qed.
End operations.
