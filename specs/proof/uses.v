(** * Two uses of the entry

    What the slow paths of a store and of a load-or-store do with an entry that
    read has: the assertions in them never fail, whatever other threads do. *)
From SyncMapProof Require Export operations locked.
From iris.base_logic.lib Require Import invariants.
From iris.heap_lang Require Import proofmode notation.
From iris.heap_lang.lib Require Import assert.
From iris.prelude Require Import options.

Section uses.
  Context `{!heapGS Σ, !ghost_varG Σ bool}.

  (** The entry is shared: any thread may use it at any time, by the operations
      above; what it holds is nobody's to know. *)
  Definition N := nroot .@ "entry".
  Definition shared γ l : iProp Σ := inv N (∃ s, entry γ l s).

  (** The slow path of a store, on an entry that read has: the holder of the
      mutex makes it storable, and then swaps.  Whatever the others do meanwhile, the
      assertion of [swap_locked] holds, and the entry may be put into dirty. *)
  Definition store_locked : val := λ: "l" "v", unexpunge "l" ;; swap_locked "l" "v".

  Theorem store_locked_spec γ (l : loc) (v : val) b :
    {{{ shared γ l ∗ phase γ b }}}
      store_locked #l v
    {{{ o, RET (option_val o); phase γ false }}}.
  Proof.
    iIntros (Φ) "[#I P] HΦ". wp_lam. wp_pures.
    awp_apply unexpunge_spec. iInv "I" as (s) ">E".
    iDestruct (phase_agree with "E P") as %->.
    iCombine "E P" as "EP". iAaccIntro with "EP".
    { iIntros "[E P]". iModIntro. iSplitL "E"; [by iNext; iExists _; iFrame "E"|]. by iFrame. }
    iIntros "[E P]". iModIntro. iSplitL "E"; [by iNext; iExists _; iFrame "E"|]. wp_pures.
    awp_apply swap_locked_spec. iInv "I" as (s1) ">E".
    iCombine "E P" as "EP". iAaccIntro with "EP".
    { iIntros "[E P]". iModIntro. iSplitL "E"; [by iNext; iExists _; iFrame "E"|]. by iFrame. }
    iIntros "[E P]". iModIntro. iSplitL "E"; [by iNext; iExists _; iFrame "E"|]. by iApply "HΦ".
  Qed.

  (** Likewise for load-or-store: under the mutex, after [unexpunge], it never
      finds the entry expunged ([unreachable!] in pinned.rs). *)
  Definition load_or_store_locked : val :=
    λ: "l" "v", unexpunge "l" ;;
                match: try_load_or_store "l" "v" with
                  NONE => assert: #false
                | SOME "done" => "done"
                end.

  Theorem load_or_store_locked_spec γ (l : loc) (v : val) b :
    {{{ shared γ l ∗ phase γ b }}}
      load_or_store_locked #l v
    {{{ (w : val) (loaded : bool), RET (w, #loaded); phase γ false }}}.
  Proof.
    iIntros (Φ) "[#I P] HΦ". wp_lam. wp_pures.
    awp_apply unexpunge_spec. iInv "I" as (s) ">E".
    iDestruct (phase_agree with "E P") as %->.
    iCombine "E P" as "EP". iAaccIntro with "EP".
    { iIntros "[E P]". iModIntro. iSplitL "E"; [by iNext; iExists _; iFrame "E"|]. by iFrame. }
    iIntros "[E P]". iModIntro. iSplitL "E"; [by iNext; iExists _; iFrame "E"|]. wp_pures.
    awp_apply try_load_or_store_spec. iInv "I" as (s1) ">E".
    iDestruct (phase_agree with "E P") as %Hs.
    iAaccIntro with "E".
    { iIntros "E". iModIntro. iSplitL "E"; [by iNext; iExists _; iFrame "E"|]. by iFrame. }
    iIntros "E". iModIntro. iSplitL "E"; [by iNext; iExists _; iFrame "E"|].
    destruct s1 as [u| |]; [..|done]; simpl; wp_pures; by iApply "HΦ".
  Qed.
End uses.
