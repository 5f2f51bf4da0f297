/** A mobile number of the country ("số di động"): 0, then 3, 5, 7, 8 or 9, then eight digits. */
export const MOBILE = /^0[35789]\d{8}$/;
