(** * Two ledgers: what was added, and what was harvested

    Ghost state of counter.v and cell.v: it exists in the proof only.
    [added γ q n] is what the owner of this share has added, [harvested γ q n]
    what it has taken.  Shares can be split and put together; who has all of them knows
    all that was ever added and taken. *)
From iris.algebra Require Import cmra updates local_updates.
From iris.algebra.lib Require Import frac_auth.
From iris.base_logic.lib Require Export invariants cancelable_invariants own.
From iris.heap_lang Require Import proofmode notation.
From iris.prelude Require Import options.

Global Set Warnings "-redundant-canonical-projection".

(** ** Integers that add up, as a camera: what the ledgers are made of. *)

Section Z_camera.
  Local Instance Z_valid : Valid Z := λ _, True.
  Local Instance Z_validN : ValidN Z := λ _ _, True.
  Local Instance Z_pcore : PCore Z := λ _, Some 0%Z.
  Local Instance Z_op : Op Z := Z.add.
  Lemma Z_ra_mixin : RAMixin Z.
  Proof.
    split.
    - solve_proper.
    - intros x y cx -> [= <-]. by exists 0%Z.
    - solve_proper.
    - intros x y z. apply Z.add_assoc.
    - intros x y. apply Z.add_comm.
    - intros x cx [= <-]. apply Z.add_0_l.
    - by intros x cx [= <-].
    - intros x y cx _ [= <-]. exists 0%Z. split; [done|]. by exists 0%Z.
    - done.
  Qed.
  Canonical Structure ZR : cmra := discreteR Z Z_ra_mixin.
  Global Instance ZR_discrete : CmraDiscrete ZR.
  Proof. apply discrete_cmra_discrete. Qed.
  Local Instance Z_unit : Unit Z := 0%Z.
  Lemma Z_ucmra_mixin : UcmraMixin Z.
  Proof. split; [done| |done]. intros x. apply Z.add_0_l. Qed.
  Canonical Structure ZUR : ucmra := Ucmra Z Z_ucmra_mixin.
  Lemma Z_local_update (x y n : Z) : (x, y) ~l~> ((x + n)%Z, (y + n)%Z).
  Proof.
    apply local_update_discrete. intros [z|] _; compute -[Z.add]; lia.
  Qed.
End Z_camera.

Class counterG Σ := CounterG {
  counter_inG :> inG Σ (frac_authR ZR);
  counter_cinvG :> cinvG Σ
}.

(** ** The ledgers

    [balance b]: what was added less what was harvested is [b].  A share of both
    ledgers is needed to change the balance. *)

Section ledger.
  Context `{!heapGS Σ, !counterG Σ}.
  Record names := Names { name_inv : gname; name_added : gname; name_harvested : gname }.
  Implicit Types γ : names.

  Definition added γ (q : Qp) (a : Z) : iProp Σ := own (name_added γ) (◯F{q} (a : ZR)).
  Definition harvested γ (q : Qp) (h : Z) : iProp Σ := own (name_harvested γ) (◯F{q} (h : ZR)).
  Definition balance γ (b : Z) : iProp Σ :=
    ∃ a h : Z, own (name_added γ) (●F (a : ZR)) ∗ own (name_harvested γ) (●F (h : ZR)) ∗ ⌜(b + h = a)%Z⌝.
  Global Instance balance_timeless γ b : Timeless (balance γ b) := _.

  Lemma balance_add γ b q a n : balance γ b -∗ added γ q a ==∗ balance γ (b + n) ∗ added γ q (a + n).
  Proof.
    iIntros "(%a0 & %h & A & H & %) F".
    iMod (own_update_2 with "A F") as "[A F]".
    { apply (frac_auth_update _ _ _ ((a0 + n)%Z : ZR) ((a + n)%Z : ZR)), Z_local_update. }
    iModIntro. iFrame "F". iExists _, _. iFrame. iPureIntro. lia.
  Qed.

  Lemma balance_take γ b q h n :
    balance γ b -∗ harvested γ q h ==∗ balance γ (b - n) ∗ harvested γ q (h + n).
  Proof.
    iIntros "(%a & %h0 & A & H & %) F".
    iMod (own_update_2 with "H F") as "[H F]".
    { apply (frac_auth_update _ _ _ ((h0 + n)%Z : ZR) ((h + n)%Z : ZR)), Z_local_update. }
    iModIntro. iFrame "F". iExists _, _. iFrame. iPureIntro. lia.
  Qed.

  Lemma balance_all γ b a h :
    balance γ b -∗ added γ 1 a -∗ harvested γ 1 h -∗ ⌜(b + h = a)%Z⌝.
  Proof.
    iIntros "(%a0 & %h0 & A & H & %) FA FH".
    iDestruct (own_valid_2 with "A FA") as %->%frac_auth_agree_L.
    iDestruct (own_valid_2 with "H FH") as %->%frac_auth_agree_L. done.
  Qed.

  Lemma balance_alloc γi b :
    ⊢ |==> ∃ γ, ⌜name_inv γ = γi⌝ ∗ balance γ b ∗ added γ 1 b ∗ harvested γ 1 0.
  Proof.
    iMod (own_alloc (●F (b : ZR) ⋅ ◯F (b : ZR))) as (γa) "[A FA]"; [by apply frac_auth_valid|].
    iMod (own_alloc (●F (0%Z : ZR) ⋅ ◯F (0%Z : ZR))) as (γh) "[H FH]"; [by apply frac_auth_valid|].
    iModIntro. iExists (Names γi γa γh). iFrame. iSplit; [done|].
    iExists b, 0%Z. iFrame. iPureIntro. lia.
  Qed.

  (** A share of the right to use a counter, with its owner's part of the ledgers. *)
  Definition share γ (q : Qp) (a h : Z) : iProp Σ :=
    cinv_own (name_inv γ) q ∗ added γ q a ∗ harvested γ q h.

  Lemma share_split γ q1 q2 a1 a2 h1 h2 :
    share γ (q1 + q2) (a1 + a2) (h1 + h2) ⊣⊢ share γ q1 a1 h1 ∗ share γ q2 a2 h2.
  Proof.
    rewrite /share /added /harvested.
    rewrite (frac_auth_frag_op q1 q2 (a1 : ZR) a2) (frac_auth_frag_op q1 q2 (h1 : ZR) h2) !own_op.
    rewrite (cinv_own_fractional (name_inv γ) q1 q2).
    iSplit; [iIntros "([$ $] & [$ $] & [$ $])"|iIntros "[($ & $ & $) ($ & $ & $)]"].
  Qed.
End ledger.
