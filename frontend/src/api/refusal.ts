import { ApiError, NoAnswer } from './errors';

/** Why a wish was not carried out, as a heading and what to do. */
export function refusal(error: Error): { title: string; text: string } {
  if (error instanceof NoAnswer) return { title: 'Not done', text: error.message };
  if (!(error instanceof ApiError)) return { title: 'Not done', text: error.message };
  if (error.status === 409) return { title: 'It has changed meanwhile', text: error.message };
  if (error.status === 503) {
    const wait = error.retryAfterSeconds;
    return {
      title: 'Kure cannot do that just now',
      text: `${error.message}${wait === null ? '' : ` Try again in ${wait} s.`}`,
    };
  }
  return { title: error.title, text: error.message };
}
