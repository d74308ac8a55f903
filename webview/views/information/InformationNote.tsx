/** How to interpret these numbers, in plain words with sources. */
import type { VNode } from 'preact';

export function InformationNote(): VNode {
  return (
    <section class="information-note" aria-label="How to interpret these numbers">
      <h2>How to interpret these numbers</h2>
      <ul>
        <li>
          <b>For a network without noise, I(T; X) is not finite.</b> Its layers are deterministic functions of the
          input, so real-valued activations keep all information except where inputs map to exactly the same values.{' '}
          <i>Binned</i> values measure how the states cluster in the bins; <i>KDE</i> values measure what remains after
          adding Gaussian noise of the chosen variance. Both depend on bins and noise, so compare layers and epochs with
          the same setting. (Goldfeld et al. 2019; Saxe et al. 2018; Kolchinsky and Tracey 2017)
        </li>
        <li>
          <b>A decreasing I(T; X) is not a sign of generalization.</b> Whether layers “compress” depends on the
          activation function and the estimator, and networks that never compress also generalize. (Shwartz-Ziv and
          Tishby 2017; Saxe et al. 2018)
        </li>
        <li>
          <b>I(T; Y) is bounded by H(Y), and is large by chance in wide layers.</b> The grey area is the estimate with
          permuted labels; only values above it are evidence of label information. “Converged” means that the value
          stays within 5 % of its last value, not that training can stop. (Fang, Wang and Yamaguchi)
        </li>
        <li>
          <b>A unit with little information of its own can matter together with others</b> (XOR), and an informative
          unit can be replaceable. Nearest-neighbour estimates scatter around 0 when there is no information and can be
          negative, so compare them with the null. Ablation shows how this network performs without a unit, not how a
          network trained without it would. (Ross 2014; Kraskov et al. 2004)
        </li>
        <li>
          <b>A CKA near 1 does not mean the same function, and a CKA far from 1 does not mean a different one</b>: a few
          outliers or high-variance directions can dominate it. (Kornblith et al. 2019; Davari et al. 2023)
        </li>
        <li>All estimates describe the N probes only, and none can exceed log₂ N.</li>
      </ul>
    </section>
  );
}
