import assert from 'node:assert/strict';
import fc from 'fast-check';
import { colourAt, PICTURE_THEMES, type ThemeKind } from '../../src/extension/hover/colours.js';
import { entropyPicture, pictureAltText } from '../../src/extension/hover/entropyPicture.js';
import type { PictureData } from '../../src/extension/hover/pictureGeometry.js';
import { escapeText } from '../../src/extension/hover/svgText.js';
import { escapeMarkdown, hoverMarkdown, staleMarkdown } from '../../src/extension/hover/hoverText.js';
import { pictureData } from '../../src/extension/hover/pictureData.js';
import { parse } from 'valibot';
import { viewLinks } from '../../src/extension/hover/viewLinks.js';
import { viewOfLayer } from '../../src/extension/panel/layerQuery.js';
import { VIEWS, ViewState } from '../../src/protocol/viewState.js';
import { inEnglish } from '../../src/extension/localize.js';
import type { RunManifest } from '../../src/protocol/run.js';
import { layer, report } from './recorded.js';

const HOSTILE = `</text><script>alert(1)</script>"'&]]>\u0000\ud800![x](y)`;
const data: PictureData = {
  rows: ['zero', 'one'],
  bits: [
    [1, 2, 0, null],
    [1.5, 2.5, 0, 0.5],
  ],
  channelMeans: [1.25, 2.25, 0, 0.5],
  dead: [2],
  ofUnits: false,
  epochs: [
    { epoch: 0, bits: 0.5 },
    { epoch: 1, bits: null },
    { epoch: 2, bits: 1 },
    { epoch: 3, bits: 1.2 },
  ],
};

function fills(svg: string): string[] {
  return [...svg.matchAll(/<rect [^>]*fill="([^"]+)"/g)].map(([, fill]) => fill!);
}

describe('the picture in a hover', () => {
  const draw = (of: PictureData, kind: ThemeKind = 'dark'): string => entropyPicture(of, kind, inEnglish).svg;

  it('has a column for each living channel, the largest mean first, and the dead ones apart', () => {
    const labels = [...draw(data).matchAll(/text-anchor="middle">(\d+)</g)].map(([, label]) => label);
    assert.deepEqual(labels, ['1', '0', '3', '2']);
    assert.match(draw(data), /stroke-dasharray[^]*>dead</);
  });

  it('colours by entropy from 0 to the largest and hatches what has no value', () => {
    const scale = PICTURE_THEMES.dark.scale;
    const expected = [2 / 2.5, 1 / 2.5, null, 1, 1.5 / 2.5, 0.5 / 2.5].map((share) =>
      share === null ? 'url(#none)' : colourAt(scale, share),
    );
    assert.deepEqual(fills(draw(data)).slice(0, 6), expected);
  });

  it('breaks the line over epochs where one has no value', () =>
    assert.match(draw(data), /<path d="M[^LM]+M[^LM]+L[^"LM]+" fill="none"/));

  it('escapes what a recording names', () => {
    const svg = draw({ ...data, rows: [HOSTILE, HOSTILE] });
    assert.ok(!svg.includes('\u0000'));
    assert.doesNotMatch(svg, /<script|[\ud800-\udfff]/);
    assert.equal(escapeText(`<&>"'\u0001`), '&lt;&amp;&gt;&quot;&#39;\ufffd');
  });

  it('holds no NaN, stays within 480 pixels and draws every theme, whatever the numbers', () => {
    const value = fc.option(fc.oneof(fc.double(), fc.double({ min: 0, max: 5 })), { nil: null });
    fc.assert(
      fc.property(
        fc.nat(12),
        fc.nat(300),
        value,
        fc.boolean(),
        fc.constantFrom<ThemeKind>('light', 'dark', 'contrast-dark', 'contrast-light'),
        (rows, channels, bits, ofUnits, kind) => {
          const line = Array.from({ length: channels }, () => bits);
          const of = {
            rows: Array.from({ length: rows }, (_, row) => `${row}`),
            bits: Array.from({ length: rows }, () => line),
            channelMeans: line,
            dead: [0, 1].slice(0, channels),
            ofUnits,
            epochs: [
              { epoch: 0, bits },
              { epoch: 1, bits: 1 },
            ],
          };
          const { svg, width } = entropyPicture(of, kind, inEnglish);
          assert.ok(width <= 480);
          assert.doesNotMatch(svg, /NaN|Infinity|undefined|="-/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is told in words to those who do not see it', () =>
    assert.equal(
      pictureAltText(data, 'conv2d_2', inEnglish),
      'Map entropy of conv2d_2 by class and channel: 0.00 to 2.50 bits; channel 1 has the largest mean, channel 3 the smallest; 1 dead',
    ));

  it('scales run from the low colour to the high one', () => {
    for (const { scale } of Object.values(PICTURE_THEMES))
      assert.deepEqual(
        [0, 0.5, 1].map((share) => colourAt(scale, share)),
        scale,
      );
  });

  it('takes its numbers from the recorded range, moment and class', () => {
    const of = layer(1, 'Conv2D', { channelCount: 2 });
    // (range 2, moment 3, class + 1 = 3, map 2), each value telling where it stands.
    const values = Float64Array.from({ length: 36 }, (_, at) => at + 1);
    const manifest = { classNames: ['a', 'b'] } as unknown as RunManifest;
    const picture = pictureData(manifest, of, report(of, 1), { classCount: 2, mapCount: 2, values }, inEnglish);
    assert.deepEqual(
      [picture.rows, picture.bits, picture.channelMeans],
      [
        ['a', 'b'],
        [
          [1, 2],
          [3, 4],
        ],
        [5, 6],
      ],
    );
  });
});

describe('the text of a hover', () => {
  const of = layer(1, 'Conv2D', { name: 'conv2d_2', channelCount: 16 });
  const measured = report(of, 1.66, { channels: { layer: 1, epoch: 10, dead: [15], deadSince: [1] } });
  const link = { title: 'Show entropy', command: 'cnnslicer.showEntropy', arguments: [{ run: "/w/a(b)'c", layer: 1 }] };
  const markdown = (name: string): string =>
    hoverMarkdown(
      { ...of, name },
      measured,
      name,
      { svg: '<svg/>', width: 460, altText: `Entropy of ${name}` },
      [link],
      inEnglish,
    );

  it('has what it says and leads to before its picture, which is cut where a hover is too low', () => {
    const lines = markdown('conv2d_2').split('  \n');
    assert.deepEqual(
      [/^\*\*conv2d/, /N = 1,000 probes/, /^\[Show entropy\]/, /^!\[/].map((part, i) => part.test(lines[i] ?? '')),
      [true, true, true, true],
    );
    assert.equal(lines.length, 4);
  });

  it('has title, picture with words for it, caption and links', () => {
    const text = markdown('conv2d_2');
    assert.match(text, /^\*\*conv2d\\_2\*\* map entropy 1\.66 ± 0\.01 bits, mean of 16 channels/);
    assert.match(text, /!\[Entropy of conv2d_2\]\(data:image\/svg\+xml;base64,PHN2Zy8\+\|width=460\)/);
    assert.match(text, /N = 1,000 probes[^]*95 %[^]*1 of 16 dead/);
  });

  it('says what fewer channels would save, before its links', () => {
    const text = hoverMarkdown(of, measured, 'run', null, [link], inEnglish, ['Reduce filters to 9: 15 % (−2,304).']);
    assert.match(text, /1 of 16 dead[^\n]*\nReduce filters to 9\\: 15 % \\\(−2,304\\\)\\\. {2}\n\[Show entropy\]/);
  });

  it('links only with arguments that end no link', () => {
    const target = /\]\(command:cnnslicer\.showEntropy\?([^)]*)\)/.exec(markdown('a'))?.[1];
    assert.deepEqual(JSON.parse(decodeURIComponent(target!)), link.arguments);
  });

  it('shows hostile names as text', () => {
    const text = markdown(`${HOSTILE} **b** [l](command:x) $(bug) <b>`);
    assert.doesNotMatch(text, /[^\\]\[l\]|<b>|<script|[^\\]\$\(bug\)/);
    assert.equal(escapeMarkdown('a\n# b|`c`'), 'a \\# b\\|\\`c\\`');
  });
});

describe('the links of a hover', () => {
  it('lead to the run of a stale line, whatever its folder is called', () => {
    const given = [{ run: "/w/a) (b)'c", layer: null }];
    const target = /\]\(command:cnnslicer\.showEntropy\?([^)]*)\)$/.exec(staleMarkdown(given, inEnglish))?.[1];
    assert.deepEqual(JSON.parse(decodeURIComponent(target ?? '')), given);
  });

  const layers = [layer(0, 'InputLayer'), layer(1, 'Conv2D', { inputs: [0] }), layer(2, 'Flatten', { inputs: [1] })];

  it('lead to views that exist, each at the layer', () => {
    for (const [view] of viewLinks(true, inEnglish)) {
      assert.ok(VIEWS.includes(view), view);
      const state = viewOfLayer(view, layers[1]!, layers);
      assert.deepEqual([state.view, state.selected?.layer], [view, 1]);
      assert.deepEqual(parse(ViewState, state).selected, state.selected, 'the page understands it');
    }
  });

  it('offer feature maps only where there are any', () =>
    assert.deepEqual(
      viewLinks(false, inEnglish).map(([view]) => view),
      ['query', 'layers', 'network', 'information'],
    ));
});
