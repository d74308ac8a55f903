/** What these numbers can and cannot say, in plain words with sources. */
import type { VNode } from 'preact';

export function InformationNote(): VNode {
  return (
    <section class="information-note" aria-label="What these numbers can and cannot say">
      <h2>What these numbers can and cannot say</h2>
      <ul>
        <li>
          <b>A network without noise has no finite I(T; X) to estimate.</b> Its layers are functions of the input: as
          real numbers they keep everything, up to what is exactly merged. <i>Binned</i> values measure how the states
          cluster in the bins, and <i>KDE</i> values what is left once Gaussian noise of the chosen variance is added.
          Both change with bins and noise, so compare layers and epochs under one setting. (Goldfeld et al. 2019; Saxe
          et al. 2018; Kolchinsky and Tracey 2017)
        </li>
        <li>
          <b>A falling I(T; X) is no sign of generalisation.</b> Whether layers “compress” hangs on the activation
          function and the estimator; networks that never compress generalise too. (Shwartz-Ziv and Tishby 2017; Saxe et
          al. 2018)
        </li>
        <li>
          <b>I(T; Y) is bounded by H(Y), and is large by chance in wide layers.</b> The grey area is the same with
          labels permuted: only what stands above it is about the label. “Converged” says when the number stays within 5
          % of its last value, not that training may stop. (Fang, Wang and Yamaguchi)
        </li>
        <li>
          <b>A unit that tells little by itself may matter with others</b> (XOR), and one that tells much may be
          replaceable. Nearest-neighbour estimates scatter around 0 when there is nothing, and go below it: hold them
          against the null. Ablation shows what this network does without a unit, not what one trained without it would
          do. (Ross 2014; Kraskov et al. 2004)
        </li>
        <li>
          <b>CKA near 1 does not mean the same function, nor CKA far from 1 another one</b>: a few outlying inputs or
          directions of large variance decide it. (Kornblith et al. 2019; Davari et al. 2023)
        </li>
        <li>All of it is of the probes alone, and of N of them: no estimate exceeds log₂ N.</li>
      </ul>
    </section>
  );
}
