// Mail that the content filter refuses, several campaigns of it, written for tests: a borrowed name, a prize, a link to an address.

const PITCHES = [
  'Dear lucky winner, you have been selected to receive one million dollars in our online lottery promotion. Act now, this offer is limited.',
  'Your mailbox storage is full and your account will be closed today. Verify your password immediately or all of your messages are deleted.',
  'Buy cheap viagra and cialis at our online pharmacy without any prescription. Discreet shipping, best price guaranteed, order now and save.',
  'Investor wanted: double your bitcoin within a single day by our trading robot. Guaranteed profit, no risk at all, deposit now and withdraw.',
];
const ASKS = [
  'Send your bank account number, your password and your social security number, and transfer the processing fee by Western Union.',
  'Confirm your credit card, your date of birth and your login on the page behind the link before midnight to avoid suspension.',
  'Pay by gift card or wallet, one hundred percent free trial included, money back, click below before the stock of pills runs out.',
  'Enter your wallet seed phrase and your exchange password to start, the bonus of five thousand dollars expires within the hour.',
];

/** Subject and HTML of a campaign. */
export function spamOf(campaign: number): { readonly subject: string; readonly text: null; readonly html: string } {
  const n = campaign % PITCHES.length;
  return {
    subject: 'URGENT!!! You have WON $1,000,000 - claim NOW',
    text: null,
    html: `<html><body><h1>CONGRATULATIONS!!! WINNER!!!</h1><p>${PITCHES[n]}</p>
<p><a href="http://192.168.4.77/claim.php?id=${n}">http://www.paypal.com/login</a> ${ASKS[n]}</p></body></html>`,
  };
}
