// Every check of the quality score; adding one = one file and one line.
import type { Check } from './check.ts';
import { attachmentUnscannable } from './checks/attachment-unscannable.ts';
import { bccVisible } from './checks/bcc-visible.ts';
import { bimiBroken } from './checks/bimi-broken.ts';
import { brokenMime } from './checks/broken-mime.ts';
import { charsetMismatch } from './checks/charset-mismatch.ts';
import { cssNotShown } from './checks/css-not-shown.ts';
import { dangerousAttachment } from './checks/dangerous-attachment.ts';
import { darkMode } from './checks/dark-mode.ts';
import { dateFar } from './checks/date-far.ts';
import { dkimBroken } from './checks/dkim-broken.ts';
import { dkimMissing } from './checks/dkim-missing.ts';
import { dmarcFails } from './checks/dmarc-fails.ts';
import { dmarcMissing } from './checks/dmarc-missing.ts';
import { duplicateHeader } from './checks/duplicate-header.ts';
import { elementNotShown } from './checks/element-not-shown.ts';
import { emptyBody } from './checks/empty-body.ts';
import { fakeReply } from './checks/fake-reply.ts';
import { formInHtml } from './checks/form-in-html.ts';
import { fromFreeMail } from './checks/from-free-mail.ts';
import { fromMissing } from './checks/from-missing.ts';
import { fromUnreachable } from './checks/from-unreachable.ts';
import { hiddenText } from './checks/hidden-text.ts';
import { htmlBroken } from './checks/html-broken.ts';
import { iframeOrObject } from './checks/iframe-or-object.ts';
import { imageOnly } from './checks/image-only.ts';
import { insecureLink } from './checks/insecure-link.ts';
import { ipUrl } from './checks/ip-url.ts';
import { lineTooLong } from './checks/line-too-long.ts';
import { linkTextMismatch } from './checks/link-text-mismatch.ts';
import { localhostUrl } from './checks/localhost-url.ts';
import { lookalikeFrom } from './checks/lookalike-from.ts';
import { lookalikeUrl } from './checks/lookalike-url.ts';
import { lowContrast } from './checks/low-contrast.ts';
import { manyRecipients } from './checks/many-recipients.ts';
import { missingAlt } from './checks/missing-alt.ts';
import { mtaStsBroken } from './checks/mta-sts-broken.ts';
import { noDate } from './checks/no-date.ts';
import { noLanguage } from './checks/no-language.ts';
import { noListUnsubscribe } from './checks/no-list-unsubscribe.ts';
import { noMessageId } from './checks/no-message-id.ts';
import { noMimeVersion } from './checks/no-mime-version.ts';
import { noOneClick } from './checks/no-one-click.ts';
import { noPostalAddress } from './checks/no-postal-address.ts';
import { noTextPart } from './checks/no-text-part.ts';
import { noUnsubscribeLink } from './checks/no-unsubscribe-link.ts';
import { placeholderLeft } from './checks/placeholder-left.ts';
import { raw8bitHeader } from './checks/raw-8bit-header.ts';
import { replyToMismatch } from './checks/reply-to-mismatch.ts';
import { scriptInHtml } from './checks/script-in-html.ts';
import { spamDoubt } from './checks/spam-doubt.ts';
import { spamVerdict } from './checks/spam-verdict.ts';
import { spamWords } from './checks/spam-words.ts';
import { spfFails } from './checks/spf-fails.ts';
import { spfMissing } from './checks/spf-missing.ts';
import { subjectAllCaps } from './checks/subject-all-caps.ts';
import { subjectEmpty } from './checks/subject-empty.ts';
import { subjectPunctuation } from './checks/subject-punctuation.ts';
import { subjectTooLong } from './checks/subject-too-long.ts';
import { textHtmlDiffer } from './checks/text-html-differ.ts';
import { tooLarge } from './checks/too-large.ts';
import { tooManyLinks } from './checks/too-many-links.ts';
import { urlShortener } from './checks/url-shortener.ts';
import { urlUserinfo } from './checks/url-userinfo.ts';
import { virusFound } from './checks/virus-found.ts';

export const CHECKS: readonly Check[] = [
  dangerousAttachment,
  virusFound,
  spamVerdict,
  spamDoubt,
  spamWords,
  hiddenText,
  subjectEmpty,
  subjectAllCaps,
  subjectTooLong,
  subjectPunctuation,
  fakeReply,
  linkTextMismatch,
  urlShortener,
  ipUrl,
  localhostUrl,
  lookalikeUrl,
  urlUserinfo,
  insecureLink,
  tooManyLinks,
  placeholderLeft,
  noUnsubscribeLink,
  noPostalAddress,
  noTextPart,
  htmlBroken,
  imageOnly,
  emptyBody,
  textHtmlDiffer,
  tooLarge,
  brokenMime,
  noDate,
  dateFar,
  noMessageId,
  noMimeVersion,
  duplicateHeader,
  raw8bitHeader,
  charsetMismatch,
  lineTooLong,
  bccVisible,
  manyRecipients,
  missingAlt,
  noLanguage,
  lowContrast,
  darkMode,
  attachmentUnscannable,
  scriptInHtml,
  formInHtml,
  iframeOrObject,
  cssNotShown,
  elementNotShown,
  noListUnsubscribe,
  noOneClick,
  fromMissing,
  fromFreeMail,
  replyToMismatch,
  spfMissing,
  dkimMissing,
  dkimBroken,
  dmarcMissing,
  spfFails,
  dmarcFails,
  fromUnreachable,
  mtaStsBroken,
  bimiBroken,
  lookalikeFrom,
];
